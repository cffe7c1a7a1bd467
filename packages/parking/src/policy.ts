import type { WindowRule } from "@pista/kernel";
import type { PolicyId } from "./identity.ts";

/**
 * What a policy is about (CDS 1.1, Curbs API, "Activities"; there with a space for our hyphen).
 * Parking includes loading, unloading and stopping; loading and unloading include stopping; travel
 * keeps a lane free of all of them.
 */
export const activities = [
  "parking",
  "no-parking",
  "loading",
  "no-loading",
  "unloading",
  "no-unloading",
  "stopping",
  "no-stopping",
  "travel",
  "no-travel",
] as const;
export type Activity = (typeof activities)[number];

/** CDS 1.1, Curbs API, "Rule". */
export type PolicyRule = {
  readonly activity: Activity;
  /**
   * Whom it concerns: a vehicle that is all of these (`user_classes`, an open list: "truck",
   * "electric", "disabled_parking_permit"). Nobody named is everybody.
   */
  readonly userClasses: readonly string[];
  /** `max_stay` in `max_stay_unit`; as long as one likes when left out. */
  readonly maxStayMinutes?: number;
  /** `no_return` in `no_return_unit`: how long one must be away before another stay. */
  readonly noReturnMinutes?: number;
  /** What it costs (`rate`) is the tariff's business: here only by name. */
  readonly rateIds?: readonly string[];
};

/**
 * CDS 1.1, Curbs API, "Time Span": `start_date`, `end_date`, `days_of_week`, `time_of_day_start` and
 * `time_of_day_end` are a window; all that is written must hold at once.
 */
export type TimeSpan = {
  readonly window: WindowRule;
  /** 1 is January. */
  readonly months?: readonly number[];
  /** 1 to 31; with weekdays it says "the second Tuesday": Tuesdays among 8 to 14. */
  readonly daysOfMonth?: readonly number[];
};

/**
 * CDS 1.1, Curbs API, "Policy". A change gives it a new version here; there an id means the same
 * regulation for ever, so a feed names an id and a version as one.
 */
export type Policy = {
  readonly policyId: PolicyId;
  readonly name: string;
  readonly description?: string;
  /** Of the policies that concern a vehicle at a moment the one with the lowest number holds. */
  readonly priority: number;
  /** Rules of one policy concern different classes of users. */
  readonly rules: readonly PolicyRule[];
  /** Left out: it holds at all times. */
  readonly timeSpans?: readonly TimeSpan[];
};

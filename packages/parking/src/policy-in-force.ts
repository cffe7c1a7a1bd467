import { type EpochMs, openInterval, romeTime } from "@pista/kernel";
import type { Policy, PolicyRule, TimeSpan } from "./policy.ts";

/** A rule with the policy that makes it hold. */
export type RuleInForce = { readonly policy: Policy; readonly rule: PolicyRule };

/**
 * [IV4] What holds at a moment, what prevails first: rules of the policies whose time it is, in the
 * order of priority, without those that a rule before them overrides for everybody they concern.
 * Policies of one place have been checked: equal priorities never concern the same users at once.
 */
export function rulesInForce(policies: readonly Policy[], at: EpochMs): readonly RuleInForce[] {
  const found: RuleInForce[] = [];
  const inOrder = policies
    .filter((policy) => holdsAt(policy, at))
    .sort((a, b) => a.priority - b.priority || (a.policyId < b.policyId ? -1 : 1));
  for (const policy of inOrder) {
    const isNews = (rule: PolicyRule): boolean =>
      !found.some((before) => concerns(before.rule, rule.userClasses));
    const rules = policy.rules.filter(isNews);
    // Of one policy's rules the one that asks more of a vehicle is the one made for it.
    const byDetail = rules.sort((a, b) => b.userClasses.length - a.userClasses.length);
    found.push(...byDetail.map((rule) => ({ policy, rule })));
  }
  return found;
}

/** [IV4] The rule that holds for a vehicle of these classes; undefined where nothing is regulated. */
export const policyInForce = (
  policies: readonly Policy[],
  at: EpochMs,
  userClasses: readonly string[],
): RuleInForce | undefined =>
  rulesInForce(policies, at).find(({ rule }) => concerns(rule, userClasses));

/** CDS 1.1, "User Classes": a vehicle must be all that the rule names. */
const concerns = (rule: PolicyRule, userClasses: readonly string[]): boolean =>
  rule.userClasses.every((one) => userClasses.includes(one));

const holdsAt = ({ timeSpans }: Policy, at: EpochMs): boolean =>
  timeSpans === undefined || timeSpans.some((span) => isWithinSpan(span, at));

/** A window ends with its day at the latest, so the day's month and number are the window's. */
function isWithinSpan({ window, months, daysOfMonth }: TimeSpan, at: EpochMs): boolean {
  const [, month, dayOfMonth] = romeTime(at).day.split("-").map(Number);
  return (
    (months?.includes(month ?? 0) ?? true) &&
    (daysOfMonth?.includes(dayOfMonth ?? 0) ?? true) &&
    openInterval(window, at) !== undefined
  );
}

/** Whether two policies could hold at one moment; a no is sure, a yes may be cautious. */
export const mayOverlap = (one: Policy, other: Policy): boolean =>
  (one.timeSpans ?? [undefined]).some((a) =>
    (other.timeSpans ?? [undefined]).some((b) => !a || !b || spansMeet(a, b)),
  );

function spansMeet(a: TimeSpan, b: TimeSpan): boolean {
  const [one, other] = [a.window, b.window];
  return (
    share(one.weekdays, other.weekdays) &&
    share(a.months, b.months) &&
    share(a.daysOfMonth, b.daysOfMonth) &&
    one.fromMinute < other.toMinute &&
    other.fromMinute < one.toMinute &&
    one.firstDay <= other.lastDay &&
    other.firstDay <= one.lastDay
  );
}

/** A list that is left out holds everything. */
const share = (one: readonly number[] | undefined, other: readonly number[] | undefined): boolean =>
  !one || !other || one.some((value) => other.includes(value));

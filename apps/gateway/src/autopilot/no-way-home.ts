import type { ParameterEncoding } from "@pista/mavlink";
import type { Task } from "./task-run.ts";

/** The values of one parameter after which nothing takes the vehicle home. */
export type Failsafe = {
  readonly id: string;
  /** Whatever is not among them is refused, values of later versions too. */
  readonly stays: readonly number[];
  /** What its owner may set, for people. */
  readonly advice: string;
  /** Versions that have this one, but not the other, answer nothing for the other. */
  readonly belongsTo?: string;
};

/**
 * Indoors there is no way home: it would lead up and through the walls, without satellites. What
 * follows the loss of a transmitter, of a battery or of the fence is the owner's and the safety
 * pilot's to choose, so nothing of it is set: it is read, and a take-off is refused.
 */
export const noWayHome =
  (encoding: ParameterEncoding) =>
  ({ id, stays, advice, belongsTo }: Failsafe): Task => ({
    kind: "reading",
    what: `rule out a return home by ${id}`,
    names: [id],
    encoding,
    allowed: stays,
    advice,
    // Without the failsafe there is no return by it.
    mayBeMissing: true,
    ...(belongsTo && { belongsTo }),
  });

import type { ParameterEncoding } from "@pista/mavlink";
import type { Task } from "./task-run.ts";

/** The values of one parameter after which the vehicle comes down where it is, or nothing happens. */
export type Failsafe = {
  readonly id: string;
  /** Whatever is not among them is not left so, values of later versions too. */
  readonly stays: readonly number[];
  /** What it is set to then. */
  readonly instead: { readonly value: number; readonly does: string };
  /** Versions that have this one, but not the other, answer nothing for the other. */
  readonly belongsTo?: string;
};

/**
 * Indoors there is no way home: it would lead up and through the walls, without satellites. Nor may a
 * dead transmitter or battery leave it hovering in a mode that is the safety pilot's, where nobody
 * could land it (AU4). Whatever does neither is the owner's choice and stays.
 */
export const noWayHome =
  (encoding: ParameterEncoding) =>
  ({ id, stays, instead, belongsTo }: Failsafe): Task => ({
    kind: "failsafe",
    what: `rule out a return home or a hover by ${id}`,
    names: [id],
    encoding,
    allowed: stays,
    instead,
    // Without the failsafe there is no return by it.
    mayBeMissing: true,
    ...(belongsTo && { belongsTo }),
  });

import type { BayId } from "./identity.ts";

/** What the reports of one bay amount to over a day. */
export type BayDay = {
  readonly bayId: BayId;
  /** How often a reading differed from the one before it. */
  readonly changes: number;
  /** How much of the day its readings cover, each until the next or until silence (BS2). */
  readonly heardMs: number;
};

/** [BS4] A sensor says one thing all day where vehicles come and go. */
export type Contradiction = {
  /** The median of the neighbours' changes on that day. */
  readonly neighbourChanges: number;
};

/** Judged is who was heard for half of the day; the figures behind these are in SPEC.md. */
export const judgedHeardMsMin = 12 * 3_600_000;
export const neighboursMin = 5;
export const neighbourChangesMin = 8;

/**
 * [BS4] The sensors that contradict the other bays of their zone: not one change in a day in which
 * half of the others changed `neighbourChangesMin` times or more. The median is not moved by the
 * few that flap or are stuck themselves.
 */
export function judgeZone(days: readonly BayDay[]): ReadonlyMap<BayId, Contradiction> {
  const heard = days.filter(({ heardMs }) => heardMs >= judgedHeardMsMin);
  const changes = heard.map((day) => day.changes).sort((a, b) => a - b);
  // Whoever is judged has no change and so stands first in the order: the others are the rest.
  const others = changes.slice(1);
  const neighbourChanges = others[Math.floor((others.length - 1) / 2)] ?? 0;
  if (others.length < neighboursMin || neighbourChanges < neighbourChangesMin) return new Map();
  return new Map(
    heard.filter((day) => day.changes === 0).map(({ bayId }) => [bayId, { neighbourChanges }]),
  );
}

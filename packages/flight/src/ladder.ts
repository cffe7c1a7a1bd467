import { estimatedAgeMsMax, freshAgeMsMax, freshFramesToRise, slowestFactor } from "./limits.ts";

/** [LG2] What the guard lets the pilot do, best first. The rung below, "land", is a phase. */
export type Rung = "fly" | "slow" | "hold";

export type Ladder = {
  readonly rung: Rung;
  /** Fresh frames in a row since the last that was not, or since the last rise. */
  readonly freshFrames: number;
  /** What is left of the speed limit, 0 to 1. */
  readonly factor: number;
};

/** Nobody has proved anything yet: the way up is the same as after a loss. */
export const bottomLadder: Ladder = { rung: "hold", freshFrames: 0, factor: 0 };

/** [LG2] The share of the speed limit at an age: whole while fresh, 30 % at the wall, then none. */
export function factorAt(ageMs: number): number {
  if (ageMs <= freshAgeMsMax) return 1;
  if (ageMs > estimatedAgeMsMax) return 0;
  const share = (ageMs - freshAgeMsMax) / (estimatedAgeMsMax - freshAgeMsMax);
  return 1 - share * (1 - slowestFactor);
}

/**
 * [LG2] The way down, taken at once whenever the newest command is found older. `ageMs` includes
 * the margin and is infinite where there is no command at all.
 */
export function stepDown(ladder: Ladder, ageMs: number): Ladder {
  if (ladder.rung === "hold") {
    return ageMs > freshAgeMsMax && ladder.freshFrames > 0 ? { ...ladder, freshFrames: 0 } : ladder;
  }
  if (ageMs <= freshAgeMsMax) return ladder;
  if (ageMs > estimatedAgeMsMax) return bottomLadder;
  return { rung: "slow", freshFrames: 0, factor: Math.min(ladder.factor, factorAt(ageMs)) };
}

/**
 * [LG2] A frame came in: down at once if it is old, up one rung after 25 fresh ones in a row, out
 * of hold only with centred sticks.
 */
export function climb(ladder: Ladder, frame: { ageMs: number; centred: boolean }): Ladder {
  if (frame.ageMs > freshAgeMsMax) return stepDown(ladder, frame.ageMs);
  if (ladder.rung === "fly") return ladder;
  const freshFrames = Math.min(ladder.freshFrames + 1, freshFramesToRise);
  if (freshFrames < freshFramesToRise) return { ...ladder, freshFrames };
  if (ladder.rung === "slow") return { rung: "fly", freshFrames: 0, factor: 1 };
  return frame.centred
    ? { rung: "slow", freshFrames: 0, factor: slowestFactor }
    : { ...ladder, freshFrames };
}

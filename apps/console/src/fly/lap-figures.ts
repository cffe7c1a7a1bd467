import type { Formats } from "../messages/formats.ts";
import type { PilotLaps } from "../pilot/peer-link.ts";

/** What the page shows of the laps, from what the gateway said last. */
export type LapFigures = {
  readonly passed: number;
  readonly gates: number;
  /** By the clock of the newest beacon; undefined while none is heard, or no lap has begun. */
  readonly nowMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly bestMs: number | undefined;
};

/** Undefined until the first gate is passed: no lap is no lap of no time. */
export function lapFigures(
  laps: PilotLaps | undefined,
  gates: number,
  beaconAtMs: number | undefined,
): LapFigures | undefined {
  if (!laps || gates === 0 || (laps.lapStartedAtMs === null && laps.lapsFlown === 0)) {
    return undefined;
  }
  const startedAtMs = laps.lapStartedAtMs ?? undefined;
  const isTimed = startedAtMs !== undefined && beaconAtMs !== undefined;
  return {
    passed: gatesPassed(laps, gates),
    gates,
    // The lap's beginning may be newer than the newest beacon that came.
    nowMs: isTimed ? Math.max(0, beaconAtMs - startedAtMs) : undefined,
    lastMs: laps.lastLapMs ?? undefined,
    bestMs: laps.bestLapMs ?? undefined,
  };
}

/** Of the lap under way; between the last gate and the first it is all of them. */
export const gatesPassed = (laps: PilotLaps, gates: number): number =>
  laps.lapStartedAtMs === null ? 0 : laps.nextGate || gates;

/** 62_340 -> "1:02.3". Cut off, not rounded: a lap is not over before it is. */
export function lapTime(ms: number, formats: Pick<Formats, "tenths">): string {
  const tenths = Math.floor(ms / 100);
  const seconds = formats.tenths((tenths % 600) / 10);
  return `${Math.floor(tenths / 600)}:${seconds.padStart(4, "0")}`;
}

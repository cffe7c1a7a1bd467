import { describe, expect, test } from "vitest";
import { createFormats } from "../messages/formats.ts";
import type { PilotLaps } from "../pilot/peer-link.ts";
import { gatesPassed, lapFigures, lapTime } from "./lap-figures.ts";

const none = { lapsFlown: 0, lapStartedAtMs: null, lastLapMs: null, bestLapMs: null };
const laps = (change: Partial<PilotLaps>): PilotLaps => ({
  op: "laps",
  nextGate: 0,
  ...none,
  ...change,
});

describe("the laps on the page", () => {
  test("are nothing before the first gate, without gates, and where the gateway tells none", () => {
    expect(lapFigures(laps({}), 8, 5_000)).toBeUndefined();
    expect(lapFigures(undefined, 8, 5_000)).toBeUndefined();
    expect(lapFigures(laps({ lapStartedAtMs: 1_000, nextGate: 1 }), 0, 5_000)).toBeUndefined();
  });

  test("run by the beacons' clock, and stand still without them", () => {
    const begun = laps({ lapStartedAtMs: 1_000, nextGate: 3 });
    const unknown = { lastMs: undefined, bestMs: undefined };
    const figures = { passed: 3, gates: 8, ...unknown };
    expect(lapFigures(begun, 8, 5_250)).toEqual({ ...figures, nowMs: 4_250 });
    expect(lapFigures(begun, 8, undefined)).toEqual({ ...figures, nowMs: undefined });
    // The message of a gate may overtake the beacon.
    expect(lapFigures(begun, 8, 990)?.nowMs).toBe(0);
  });

  test("keep the last and the best when a lap was given up", () => {
    const over = laps({ lapsFlown: 2, lastLapMs: 70_000, bestLapMs: 65_000 });
    expect(lapFigures(over, 8, 5_000)).toEqual({
      ...{ passed: 0, gates: 8, nowMs: undefined },
      ...{ lastMs: 70_000, bestMs: 65_000 },
    });
  });

  test("count all the gates before the lap ends at the first", () => {
    expect(gatesPassed(laps({ lapStartedAtMs: 1, nextGate: 0 }), 8)).toBe(8);
    expect(gatesPassed(laps({ lapStartedAtMs: 1, nextGate: 1 }), 8)).toBe(1);
  });

  test("are told in minutes and tenths of a second, each language's own, never rounded up", () => {
    const [english, italian] = [createFormats("en"), createFormats("it")];
    expect([0, 9_990, 59_999, 62_340, 3_600_000].map((ms) => lapTime(ms, english))).toEqual([
      "0:00.0",
      "0:09.9",
      "0:59.9",
      "1:02.3",
      "60:00.0",
    ]);
    expect(lapTime(62_340, italian)).toBe("1:02,3");
  });
});

import { type EnuM, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abandonLap,
  type Circuit,
  type CircuitProgress,
  circuitStart,
  crossingMs,
  flyCircuit,
  type Gate,
  type GatePassage,
  poseGapMsMax,
  poseStepM,
  type TimedPlace,
} from "./circuit.ts";

const place = (eastM: number, northM: number, upM: number, atMs: number): TimedPlace => ({
  position: { eastM, northM, upM },
  atMs: monotonicMs(atMs),
});

/** A point seen from a gate: so far ahead of it, to its right and above its centre. */
function seenFrom(gate: Gate, aheadM: number, rightM: number, aboveM: number): EnuM {
  const heading = (gate.headingDeg * Math.PI) / 180;
  const { eastM, northM, upM } = gate.centre;
  return {
    eastM: eastM + aheadM * Math.sin(heading) + rightM * Math.cos(heading),
    northM: northM + aheadM * Math.cos(heading) - rightM * Math.sin(heading),
    upM: upM + aboveM,
  };
}

const metres = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
const gates = fc.record({
  centre: fc.record({ eastM: metres(0, 60), northM: metres(0, 30), upM: metres(1, 8) }),
  headingDeg: metres(0, 360),
  widthM: metres(1, 5),
  heightM: metres(1, 3),
});
/** Where a straight way begins, ends and passes the gate's plane, as shares of its half size. */
const ways = fc.record({
  beforeM: metres(0.01, 5),
  afterM: metres(0.01, 5),
  right: metres(-3, 3),
  above: metres(-3, 3),
  slantM: metres(-2, 2),
});

describe("a gate", () => {
  test("counts a way exactly when it leads through its rectangle, at the moment it does", () => {
    fc.assert(
      fc.property(gates, ways, (gate, { beforeM, afterM, right, above, slantM }) => {
        fc.pre(Math.abs(Math.abs(right) - 1) > 1e-6 && Math.abs(Math.abs(above) - 1) > 1e-6);
        const [rightM, aboveM] = [(right * gate.widthM) / 2, (above * gate.heightM) / 2];
        const from = seenFrom(gate, -beforeM, rightM - slantM * beforeM, aboveM);
        const to = seenFrom(gate, afterM, rightM + slantM * afterM, aboveM);
        const start = { position: from, atMs: monotonicMs(1_000) };
        const end = { position: to, atMs: monotonicMs(1_100) };
        const crossed = crossingMs(gate, start, end);
        if (Math.abs(right) > 1 || Math.abs(above) > 1) expect(crossed).toBeUndefined();
        else expect(crossed).toBeCloseTo(1_000 + (100 * beforeM) / (beforeM + afterM), 3);
        expect(crossingMs(gate, end, { ...start, atMs: monotonicMs(1_200) })).toBeUndefined();
      }),
    );
  });

  test("counts once, however finely the way through it is cut", () => {
    fc.assert(
      fc.property(gates, fc.integer({ min: 1, max: 200 }), (gate, cuts) => {
        let crossings = 0;
        for (let cut = 0; cut < cuts; cut++) {
          const at = (step: number): TimedPlace => ({
            position: seenFrom(gate, -1 + (2 * step) / cuts, 0, 0),
            atMs: monotonicMs(step),
          });
          if (crossingMs(gate, at(cut), at(cut + 1)) !== undefined) crossings++;
        }
        expect(crossings).toBe(1);
      }),
    );
  });
});

const gate = (eastM: number, northM: number, headingDeg: number): Gate => ({
  centre: { eastM, northM, upM: 2 },
  headingDeg,
  widthM: 2,
  heightM: 2,
});
/** Out to the east on the south side, back to the west on the north side. */
const circuit: Circuit = {
  gates: [gate(10, 5, 90), gate(20, 10, 0), gate(10, 15, 270), gate(5, 10, 180)],
  speedMpsMax: 5,
};
const corners = [
  [5, 5],
  [20, 5],
  [20, 15],
  [5, 15],
] as const;

/** Round the corners at 5 m/s, a pose every `periodMs`. */
function lapPoses(laps: number, periodMs: number): TimedPlace[] {
  const poses: TimedPlace[] = [];
  const wayM = 50;
  for (let atMs = 0; atMs <= (laps * wayM * 1_000) / 5 + periodMs; atMs += periodMs) {
    let leftM = ((atMs / 1_000) * 5) % wayM;
    for (let side = 0; side < 4; side++) {
      const [from, to] = [corners[side] ?? [0, 0], corners[(side + 1) % 4] ?? [0, 0]];
      const sideM = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (leftM <= sideM) {
        const share = leftM / sideM;
        const [eastM, northM] = [0, 1].map(
          (axis) => (from[axis] ?? 0) + ((to[axis] ?? 0) - (from[axis] ?? 0)) * share,
        );
        poses.push(place(eastM ?? 0, northM ?? 0, 2, atMs));
        break;
      }
      leftM -= sideM;
    }
  }
  return poses;
}

type Flown = { readonly progress: CircuitProgress; readonly passages: readonly GatePassage[] };

const fly = (poses: readonly TimedPlace[], on = circuit, from = circuitStart): Flown =>
  poses.reduce<Flown>(
    ({ progress, passages }, pose) => {
      const step = flyCircuit(on, progress, pose);
      return { progress: step.progress, passages: [...passages, ...step.passages] };
    },
    { progress: from, passages: [] },
  );

const lapsOf = (passages: readonly GatePassage[]): number[] =>
  passages.flatMap(({ lapMs }) => lapMs ?? []);

describe("a circuit", () => {
  test("takes every lap from the first gate to the first gate, whatever the rate of poses", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), (periodMs) => {
        const { passages, progress } = fly(lapPoses(3.5, periodMs));
        expect(progress.laps).toMatchObject({ lapsFlown: 3, nextGate: 2 });
        // Poses left and right of the gate lie on one straight line, so interpolation is exact.
        expect(lapsOf(passages)).toHaveLength(3);
        for (const lapMs of lapsOf(passages)) expect(lapMs).toBeCloseTo(10_000, 3);
      }),
    );
  });

  test("a lap is the sum of its sectors, however it was flown, and the best is its fastest", () => {
    const seconds = fc.integer({ min: 5, max: 100 });
    const jittery = fc.array(seconds, { minLength: 1_400, maxLength: 1_400 });
    fc.assert(
      fc.property(jittery, (waitsMs) => {
        // The places of an even flight at uneven moments: every sector takes a time of its own.
        let atMs = 0;
        const poses = lapPoses(3.5, 25).map(({ position }, index) => {
          atMs += waitsMs[index] ?? 0;
          return { position, atMs: monotonicMs(atMs) };
        });
        const { passages, progress } = fly(poses);
        expect(passages.map(({ gate: passed }) => passed)).toEqual(
          Array.from({ length: passages.length }, (_, index) => index % 4),
        );
        const starts = passages.flatMap(({ lapMs }, at) => (lapMs === undefined ? [] : [at]));
        expect(starts).toEqual([4, 8, 12]);
        for (const at of starts) {
          const sectors = passages
            .slice(at - 3, at + 1)
            .map(({ sectorMs }) => sectorMs ?? Number.NaN);
          expect(sectors.every((sectorMs) => sectorMs > 0)).toBe(true);
          const sumMs = sectors.reduce((sum, sectorMs) => sum + sectorMs, 0);
          expect(passages[at]?.lapMs).toBeCloseTo(sumMs, 6);
        }
        const laps = lapsOf(passages);
        expect(progress.laps.bestLapMs).toBe(Math.min(...laps));
        expect(progress.laps.lastLapMs).toBe(laps.at(-1));
        expect(progress.laps.passedAtMs).toBe(passages.at(-1)?.atMs);
      }),
      { numRuns: 30 },
    );
  });

  test("the first gate begins the clock: before it there is no time, and no sector ends with it", () => {
    const { passages } = fly(lapPoses(0.3, 20));
    expect(passages).toEqual([
      { gate: 0, atMs: expect.closeTo(1_000), sectorMs: undefined, lapMs: undefined },
    ]);
    expect(circuitStart.laps.lapStartedAtMs).toBeUndefined();
  });

  test("counts no lap that left out a gate, nor one flown the wrong way round", () => {
    const withoutThird = lapPoses(3, 20).filter(({ position }) => position.northM < 14);
    expect(fly(withoutThird).progress.laps).toMatchObject({ lapsFlown: 0, nextGate: 2 });
    const poses = lapPoses(3, 20);
    const endMs = poses.at(-1)?.atMs ?? 0;
    const backwards = poses
      .toReversed()
      .map(({ position, atMs }) => ({ position, atMs: monotonicMs(endMs - atMs) }));
    expect(fly(backwards)).toMatchObject({ passages: [], progress: { laps: { nextGate: 0 } } });
  });

  test("passes several gates in one step, in their order", () => {
    const on = (...gates: Gate[]): Circuit => ({ gates, speedMpsMax: 40 });
    const step = [place(0, 0, 2, 0), place(4, 0, 2, 100)];
    const row = on(gate(1, 0, 90), gate(2, 0, 90), gate(3, 0, 90));
    expect(fly(step, row).passages.map(({ atMs }) => atMs)).toEqual([25, 50, 75]);
    const wrongOrder = on(gate(2, 0, 90), gate(1, 0, 90));
    expect(fly(step, wrongOrder).passages).toMatchObject([{ gate: 0 }]);
  });

  test("counts nothing across a gap in the odometry", () => {
    const from = place(9.9, 5, 2, 0);
    expect(fly([from, place(10.1, 5, 2, poseGapMsMax + 1)]).passages).toEqual([]);
    expect(fly([from, place(10.1, 5, 2, poseGapMsMax)]).passages).toHaveLength(1);
  });

  test("counts nothing where the odometry jumped, on whichever axis, and the gate stays next", () => {
    const { speedMpsMax } = circuit;
    const far = fc.record({
      wayM: metres(-6, -0.01),
      jumpM: metres(poseStepM + 0.01, 30),
      gapMs: fc.integer({ min: 1, max: poseGapMsMax }),
    });
    fc.assert(
      fc.property(far, ({ wayM, jumpM, gapMs }) => {
        const stepM = (speedMpsMax * gapMs) / 1_000 + jumpM;
        fc.pre(wayM + stepM >= 0);
        const poses = [place(10 + wayM, 5, 2, 0), place(10 + wayM + stepM, 5, 2, gapMs)];
        expect(fly(poses)).toMatchObject({ passages: [], progress: { laps: { nextGate: 0 } } });
      }),
    );
    const sunk = [place(9.99, 5, 2.9, 0), place(10.01, 5, 1.1, 20)];
    expect(fly(sunk).passages).toEqual([]);
    // Back in front of the gate, it is flown through as ever.
    const again = [
      place(9, 5, 2, 0),
      place(11, 5, 2, 20),
      place(9.9, 5, 2, 40),
      place(10.1, 5, 2, 60),
    ];
    expect(fly(again).passages).toHaveLength(1);
  });

  test("a lap that is abandoned leaves those that were flown, and the next begins at the first gate", () => {
    const flown = fly(lapPoses(1.5, 20)).progress;
    expect(flown.laps).toMatchObject({ lapsFlown: 1, nextGate: 2 });
    const { laps, last } = abandonLap(flown);
    expect(last).toBeUndefined();
    const { lapsFlown, lastLapMs, bestLapMs } = flown.laps;
    expect(laps).toEqual({ ...circuitStart.laps, lapsFlown, lastLapMs, bestLapMs });
  });
});

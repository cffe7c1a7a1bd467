import { type EnuM, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CircuitProgress,
  circuitStart,
  crossingMs,
  flyCircuit,
  type Gate,
  lapsRememberedMax,
  poseGapMsMax,
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
const circuit = [gate(10, 5, 90), gate(20, 10, 0), gate(10, 15, 270), gate(5, 10, 180)];
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

const fly = (poses: readonly TimedPlace[], from = circuitStart): CircuitProgress =>
  poses.reduce((progress, pose) => flyCircuit(circuit, progress, pose), from);

describe("a circuit", () => {
  test("takes every lap from the first gate to the first gate, whatever the rate of poses", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), (periodMs) => {
        const { lapsMs } = fly(lapPoses(3.5, periodMs));
        expect(lapsMs).toHaveLength(3);
        // Poses left and right of the gate lie on one straight line, so interpolation is exact.
        for (const lapMs of lapsMs) expect(lapMs).toBeCloseTo(10_000, 3);
      }),
    );
  });

  test("counts no lap that left out a gate, nor one flown the wrong way round", () => {
    const withoutThird = lapPoses(3, 20).filter(({ position }) => position.northM < 14);
    expect(fly(withoutThird)).toMatchObject({ lapsMs: [], nextGate: 2 });
    const poses = lapPoses(3, 20);
    const endMs = poses.at(-1)?.atMs ?? 0;
    const backwards = poses
      .toReversed()
      .map(({ position, atMs }) => ({ position, atMs: monotonicMs(endMs - atMs) }));
    expect(fly(backwards)).toMatchObject({ lapsMs: [], nextGate: 0 });
  });

  test("passes several gates in one step, in their order", () => {
    const row = [gate(1, 0, 90), gate(2, 0, 90), gate(3, 0, 90)];
    const from = flyCircuit(row, circuitStart, place(0, 0, 2, 0));
    expect(flyCircuit(row, from, place(4, 0, 2, 100))).toMatchObject({ nextGate: 0 });
    const wrongOrder = [gate(2, 0, 90), gate(1, 0, 90)];
    const once = flyCircuit(wrongOrder, circuitStart, place(0, 0, 2, 0));
    expect(flyCircuit(wrongOrder, once, place(4, 0, 2, 100))).toMatchObject({ nextGate: 1 });
  });

  test("counts nothing across a gap in the odometry", () => {
    const from = flyCircuit(circuit, circuitStart, place(9, 5, 2, 0));
    const late = place(11, 5, 2, poseGapMsMax + 1);
    expect(flyCircuit(circuit, from, late).nextGate).toBe(0);
    expect(flyCircuit(circuit, from, place(11, 5, 2, poseGapMsMax)).nextGate).toBe(1);
  });

  test("remembers a limited number of laps", () => {
    const full = Array.from({ length: lapsRememberedMax }, () => 1);
    const { lapsMs } = fly(lapPoses(1.5, 100), { ...circuitStart, lapsMs: full });
    expect(lapsMs).toHaveLength(lapsRememberedMax);
    expect(lapsMs.at(-1)).toBeCloseTo(10_000, 3);
  });
});

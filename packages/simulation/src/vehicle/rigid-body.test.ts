import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kineticEnergyJ, type Motion, moved } from "./rigid-body.ts";
import { axesOf, cross, dot, headingOf, levelAt, toBody, toHall, zero } from "./rotation.ts";

const inertia = { massKg: 1.5, level: 0.018, vertical: 0.03 };
const stepS = 0.002_5;
const real = (most: number) =>
  fc.double({ min: -most, max: most, noNaN: true }).map((value) => value + 0);
const vector = (most: number) => fc.record({ x: real(most), y: real(most), z: real(most) });
const motion = fc.record({
  position: vector(50),
  velocity: vector(10),
  rates: vector(10),
  attitude: fc.integer({ min: 0, max: 359 }).map(levelAt),
});

function glide(from: Motion, seconds: number, torque = zero): Motion {
  let now = from;
  for (let step = 0; step < seconds / stepS; step++) {
    now = moved(now, inertia, zero, torque, stepS);
  }
  return now;
}

describe("a rigid body", () => {
  test("that nothing pushes keeps its momentum, its spin and its energy", () => {
    fc.assert(
      fc.property(motion, (from) => {
        const later = glide(from, 1);
        expect(later.velocity).toEqual(from.velocity);
        const energyJ = kineticEnergyJ(from, inertia);
        expect(Math.abs(kineticEnergyJ(later, inertia) - energyJ)).toBeLessThan(
          0.02 * energyJ + 1e-9,
        );
        const spin = ({ rates, attitude }: Motion) =>
          toHall(axesOf(attitude), {
            x: inertia.level * rates.x,
            y: inertia.level * rates.y,
            z: inertia.vertical * rates.z,
          });
        const before = spin(from);
        const after = spin(later);
        const size = Math.sqrt(dot(before, before));
        for (const axis of ["x", "y", "z"] as const) {
          expect(Math.abs(after[axis] - before[axis])).toBeLessThan(0.06 * size + 1e-9);
        }
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  test("turns by the angle that its rate and the time say, about its own axis", () => {
    const from = { position: zero, velocity: zero, attitude: levelAt(90) };
    const anticlockwise = glide({ ...from, rates: { x: 0, y: 0, z: Math.PI / 4 } }, 1);
    expect(headingOf(axesOf(anticlockwise.attitude))).toBeCloseTo(45, 2);
    const noseDown = axesOf(glide({ ...from, rates: { x: 0, y: Math.PI / 4, z: 0 } }, 1).attitude);
    expect(noseDown.forward.z).toBeCloseTo(-Math.SQRT1_2, 3);
    const rightDown = axesOf(glide({ ...from, rates: { x: Math.PI / 4, y: 0, z: 0 } }, 1).attitude);
    expect(rightDown.left.z).toBeCloseTo(Math.SQRT1_2, 3);
  });

  test("keeps a rotation of length one and axes at right angles, however it is turned", () => {
    fc.assert(
      fc.property(motion, vector(2), (from, torque) => {
        const { attitude } = glide(from, 1, torque);
        const { w, x, y, z } = attitude;
        expect(w * w + x * x + y * y + z * z).toBeCloseTo(1, 12);
        const { forward, left, up } = axesOf(attitude);
        const third = cross(forward, left);
        for (const axis of ["x", "y", "z"] as const) expect(third[axis]).toBeCloseTo(up[axis], 9);
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  test("is seen the same from the hall and from itself, there and back", () => {
    fc.assert(
      fc.property(motion, vector(5), ({ attitude }, some) => {
        const back = toBody(axesOf(attitude), toHall(axesOf(attitude), some));
        for (const axis of ["x", "y", "z"] as const) expect(back[axis]).toBeCloseTo(some[axis], 9);
      }),
    );
  });

  test.each([0, 45, 90, 180, 270, 359])("looks where its heading says: %i", (headingDeg) => {
    expect(headingOf(axesOf(levelAt(headingDeg)))).toBeCloseTo(headingDeg, 9);
  });
});

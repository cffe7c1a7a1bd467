import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mixed } from "./motor-mixer.ts";

const hover = 0.4;
const level = { thrust: 0.4, hover, roll: 0, pitch: 0, yaw: 0 };
type Shares = ReturnType<typeof mixed>;
const rollOf = ({ frontLeft, rearLeft, frontRight, rearRight }: Shares) =>
  (frontLeft + rearLeft - frontRight - rearRight) / 4;
const pitchOf = ({ frontLeft, rearLeft, frontRight, rearRight }: Shares) =>
  (rearLeft + rearRight - frontLeft - frontRight) / 4;
const yawOf = ({ frontLeft, rearLeft, frontRight, rearRight }: Shares) =>
  (frontLeft + rearRight - frontRight - rearLeft) / 4;
const thrustOf = ({ frontLeft, rearLeft, frontRight, rearRight }: Shares) =>
  (frontLeft + rearLeft + frontRight + rearRight) / 4;

describe("the mixer", () => {
  test("gives what is asked for while every rotor can", () => {
    const shares = mixed({ thrust: 0.4, hover, roll: 0.05, pitch: -0.03, yaw: 0.02 });
    expect(thrustOf(shares)).toBeCloseTo(0.4, 9);
    expect(rollOf(shares)).toBeCloseTo(0.05, 9);
    expect(pitchOf(shares)).toBeCloseTo(-0.03, 9);
    expect(yawOf(shares)).toBeCloseTo(0.02, 9);
  });

  test("gives up lift before attitude, and heading before lift", () => {
    const climbing = mixed({ thrust: 1, hover, roll: 0.2, pitch: 0.1, yaw: 0.1 });
    expect(rollOf(climbing)).toBeCloseTo(0.2, 9);
    expect(pitchOf(climbing)).toBeCloseTo(0.1, 9);
    expect(thrustOf(climbing)).toBeCloseTo(0.7, 9);
    const falling = mixed({ ...level, thrust: 0, roll: -0.2 });
    expect(rollOf(falling)).toBeCloseTo(-0.2, 9);
    expect(thrustOf(falling)).toBeGreaterThan(0.2);
    const full = mixed({ ...level, thrust: 1, yaw: 0.1 });
    expect(thrustOf(full)).toBeCloseTo(1, 9);
    expect(yawOf(full)).toBeCloseTo(0, 9);
    const turning = mixed({ ...level, thrust: 0.95, yaw: 0.3 });
    expect(thrustOf(turning)).toBeCloseTo(0.95, 9);
    expect(yawOf(turning)).toBeCloseTo(0.05, 9);
  });

  test("never asks a rotor for less than it gives or more than it has, nor turns the wrong way", () => {
    const share = fc.double({ min: -3, max: 3, noNaN: true });
    const input = fc.record({
      ...{ thrust: share, roll: share, pitch: share, yaw: share },
      hover: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
    });
    fc.assert(
      fc.property(input, (asked) => {
        const shares = mixed(asked);
        for (const each of Object.values(shares)) {
          expect(each).toBeGreaterThan(0);
          expect(each).toBeLessThanOrEqual(1 + 1e-12);
        }
        // However hard it turns, it does not climb by it.
        expect(thrustOf(shares)).toBeLessThanOrEqual(Math.max(asked.thrust, asked.hover) + 1e-12);
        expect(rollOf(shares) * asked.roll).toBeGreaterThanOrEqual(-1e-12);
        expect(pitchOf(shares) * asked.pitch).toBeGreaterThanOrEqual(-1e-12);
        expect(yawOf(shares) * asked.yaw).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });
});

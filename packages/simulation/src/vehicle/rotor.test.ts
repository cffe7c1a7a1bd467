import { describe, expect, test } from "vitest";
import { electricalPowerW, groundGain, liftOf, perRotor, spin } from "./rotor.ts";
import { demonstrationBody } from "./vehicle-body.ts";

const { rotor } = demonstrationBody;
const half = perRotor(rotor.speedRadpsMax / 2);

describe("the rotors", () => {
  test("lift with the square of their speed, and turn nothing when they are equal", () => {
    expect(liftOf(rotor, half, 1)).toEqual({
      thrustN: rotor.thrustNMax,
      torque: { x: 0, y: 0, z: 0 },
    });
    expect(liftOf(rotor, perRotor(rotor.speedRadpsMax), 1).thrustN).toBe(4 * rotor.thrustNMax);
  });

  test.each([
    ["left", { frontLeft: 1.1, rearLeft: 1.1 }, "x", 1],
    ["right", { frontRight: 1.1, rearRight: 1.1 }, "x", -1],
    ["rear", { rearLeft: 1.1, rearRight: 1.1 }, "y", 1],
    ["front", { frontLeft: 1.1, frontRight: 1.1 }, "y", -1],
    // Their blades turn clockwise, and the air turns the body back.
    ["clockwise", { frontLeft: 1.1, rearRight: 1.1 }, "z", 1],
    ["anticlockwise", { frontRight: 1.1, rearLeft: 1.1 }, "z", -1],
  ] as const)("a stronger pair, %s, turns the body about one axis", (_, faster, axis, sign) => {
    const factors = { ...perRotor(1), ...faster };
    const { torque } = liftOf(
      rotor,
      {
        frontLeft: 400 * factors.frontLeft,
        frontRight: 400 * factors.frontRight,
        rearLeft: 400 * factors.rearLeft,
        rearRight: 400 * factors.rearRight,
      },
      1,
    );
    for (const other of ["x", "y", "z"] as const) {
      if (other === axis) expect(Math.sign(torque[other])).toBe(sign);
      else expect(torque[other]).toBeCloseTo(0, 9);
    }
  });

  test("reach 63 % of a new speed in their lag, and turn slower on a tired battery", () => {
    let speeds = perRotor(0);
    for (let step = 0; step < 100; step++)
      speeds = spin(rotor, speeds, perRotor(1), 1, rotor.lagS / 100);
    expect(speeds.rearLeft / rotor.speedRadpsMax).toBeCloseTo(1 - 1 / Math.E, 2);
    const tired = spin(rotor, perRotor(0), perRotor(1), 0.8, 10 * rotor.lagS);
    expect(tired.frontRight).toBeCloseTo(0.8 * rotor.speedRadpsMax, 9);
  });

  test("cost what a hover of 1.5 kg costs: more than an ideal rotor, less than three", () => {
    const weightN = 1.5 * 9.806_65;
    const speed = rotor.speedRadpsMax * Math.sqrt(weightN / (4 * rotor.thrustNMax));
    const discsM2 = 4 * Math.PI * rotor.radiusM ** 2;
    const idealW = weightN ** 1.5 / Math.sqrt(2 * 1.225 * discsM2);
    const powerW = electricalPowerW(rotor, perRotor(speed));
    expect(powerW / idealW).toBeGreaterThan(1.5);
    expect(powerW / idealW).toBeLessThan(3);
    expect(electricalPowerW(rotor, perRotor(2 * speed))).toBeCloseTo(8 * powerW, 6);
  });
});

describe("the ground effect of Cheeseman and Bennett", () => {
  const gainAt = (radii: number, levelMps = 0): number =>
    groundGain(rotor, { heightM: radii * rotor.radiusM, levelMps, thrustN: 14.7 });

  test.each([
    [0.5, 4 / 3],
    [1, 16 / 15],
    [2, 64 / 63],
    [4, 256 / 255],
  ])("at %f radii the thrust is %f of what it is far up", (radii, gain) => {
    expect(gainAt(radii)).toBeCloseTo(gain, 9);
  });

  test("ends where the formula does: no more below half a radius, nothing above four", () => {
    expect(gainAt(0.1)).toBe(gainAt(0.5));
    expect(gainAt(0)).toBe(gainAt(0.5));
    expect(gainAt(4.1)).toBe(1);
  });

  test("fades with the level speed that blows the cushion away", () => {
    expect(gainAt(1, 3)).toBeLessThan(gainAt(1));
    expect(gainAt(1, 30)).toBeLessThan(1.003);
    expect(gainAt(1, 30)).toBeGreaterThan(1);
  });
});

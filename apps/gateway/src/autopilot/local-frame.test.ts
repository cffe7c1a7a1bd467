import { describe, expect, test } from "vitest";
import { headingDegFrom, poseFrom, velocitySetPoint } from "./local-frame.ts";

const target = { systemId: 1, componentId: 1 };

describe("[LG9] east, north, up and north, east, down", () => {
  test("a velocity east, north and up, turning clockwise", () => {
    const velocity = { eastMps: 1, northMps: 2, upMps: 3 };
    const setPoint = velocitySetPoint({ velocity, yawRateDegps: 90 }, { target, timeBootMs: 12.7 });
    expect(setPoint).toMatchObject({
      name: "SET_POSITION_TARGET_LOCAL_NED",
      timeBootMs: 12,
      coordinateFrame: 1,
      vx: 2,
      vy: 1,
      vz: -3,
      yawRate: Math.PI / 2,
    });
  });

  test("the mask leaves velocities and the yaw rate, and takes nothing else", () => {
    const still = { eastMps: 0, northMps: 0, upMps: 0 };
    const setPoint = velocitySetPoint(
      { velocity: still, yawRateDegps: 0 },
      { target, timeBootMs: 0 },
    );
    // ArduPilot: bits 0-2 position, 3-5 velocity, 6-8 acceleration, 10 yaw, 11 yaw rate.
    expect(setPoint).toMatchObject({ typeMask: 0b0101_1100_0111, vx: 0, vy: 0 });
    // Minus zero would travel as a bit that is set.
    expect(setPoint.name === "SET_POSITION_TARGET_LOCAL_NED" && Object.is(setPoint.vz, 0)).toBe(
      true,
    );
  });

  test("a pose from the autopilot", () => {
    const position = { x: 10, y: 20, z: -1.5, vx: 0.1, vy: 0.2, vz: 0.3 };
    const message = { name: "LOCAL_POSITION_NED", timeBootMs: 0, ...position } as const;
    const pose = poseFrom(message, Math.PI / 2, 0.2);
    expect(pose).toEqual({
      position: { eastM: 20, northM: 10, upM: 1.5 },
      velocity: { eastMps: 0.2, northMps: 0.1, upMps: -0.3 },
      headingDeg: 90,
      sigmaM: 0.2,
    });
  });

  test.each([
    [0, 0],
    [Math.PI, 180],
    [-Math.PI / 2, 270],
    [-Math.PI, 180],
  ])("a yaw of %f rad is a heading of %f degrees", (yawRad, headingDeg) => {
    expect(headingDegFrom(yawRad)).toBeCloseTo(headingDeg);
  });
});

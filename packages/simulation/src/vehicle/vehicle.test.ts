import { createRandom, type EnuMps, speedOf } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { batteryPct } from "./battery.ts";
import {
  attitudeOf,
  parkedVehicle,
  stepVehicle,
  type VehicleCommand,
  type VehicleState,
  vehicleStepS,
} from "./vehicle.ts";
import { demonstrationBody, demonstrationBounds, type VehicleBody } from "./vehicle-body.ts";

const body: VehicleBody = { ...demonstrationBody, obstacles: [] };
const spot = { eastM: 30, northM: 15, headingDeg: 0 };
const velocity = (over: Partial<EnuMps>, yawRateDegps = 0): VehicleCommand => ({
  kind: "velocity",
  velocity: { eastMps: 0, northMps: 0, upMps: 0, ...over },
  yawRateDegps,
});

function fly(
  from: VehicleState,
  command: VehicleCommand,
  seconds: number,
  random = createRandom(1),
): VehicleState {
  let state = from;
  for (let step = 0; step < seconds / vehicleStepS; step++) {
    state = stepVehicle(body, state, command, vehicleStepS, random);
  }
  return state;
}

const airborne: VehicleState = {
  ...parkedVehicle(body, spot),
  position: { eastM: 30, northM: 15, upM: 3 },
  onFloor: false,
};

describe("the vehicle", () => {
  test("reaches the velocity it is asked for, within its acceleration", () => {
    const random = createRandom(3);
    let state = airborne;
    let fastest = 0;
    for (let step = 0; step < 3 / vehicleStepS; step++) {
      state = stepVehicle(body, state, velocity({ eastMps: 3 }), vehicleStepS, random);
      const { eastMps2, northMps2 } = state.acceleration;
      fastest = Math.max(fastest, Math.hypot(eastMps2, northMps2));
    }
    expect(state.velocity.eastMps).toBeCloseTo(3, 0);
    expect(fastest).toBeLessThanOrEqual(body.levelAccelerationMps2Max + 1e-9);
  });

  test.each([0.1, 0.3, 0.5, 1, 2, 3, 5])(
    "[LG6] brakes from %f m/s within the declared bounds",
    (speedMps) => {
      const { guardToMotionS, decelerationMps2 } = demonstrationBounds;
      for (const seed of [1, 2, 3]) {
        const random = createRandom(seed);
        const start = { ...airborne, position: { ...airborne.position, eastM: 5 } };
        const moving = fly(start, velocity({ eastMps: speedMps }), 3, random);
        let state = moving;
        let furthestM = 0;
        for (let step = 0; step < 5 / vehicleStepS; step++) {
          state = stepVehicle(body, state, velocity({}), vehicleStepS, random);
          furthestM = Math.max(furthestM, state.position.eastM - moving.position.eastM);
          if (state.velocity.eastMps <= 0) break;
        }
        const declaredM = speedMps * guardToMotionS + speedMps ** 2 / (2 * decelerationMps2);
        // The air's push is not the vehicle's: it is what the stand-off of LG6 is for.
        expect(furthestM).toBeLessThanOrEqual(declaredM + 0.05);
      }
    },
  );

  test("bumps into the hall's walls and never passes them", () => {
    const random = createRandom(1);
    const wallM = body.hallM.eastM - body.radiusM;
    let state: VehicleState = { ...airborne, position: { ...airborne.position, eastM: 50 } };
    let slowestMps = 0;
    for (let step = 0; step < 12 / vehicleStepS; step++) {
      state = stepVehicle(body, state, velocity({ eastMps: 2 }), vehicleStepS, random);
      expect(state.position.eastM).toBeLessThanOrEqual(wallM);
      slowestMps = Math.min(slowestMps, state.velocity.eastMps);
    }
    expect(slowestMps).toBeLessThan(-0.3);
    expect(state).toMatchObject({ broken: false, onFloor: false });
    expect(state.wallContacts).toBeGreaterThan(0);
    const up = fly(airborne, velocity({ upMps: 2 }), 12);
    expect(up.position.upM).toBeLessThanOrEqual(body.hallM.upM - body.heightM);
    expect(up.wallContacts).toBeGreaterThan(0);
    const down = fly(airborne, velocity({ upMps: -1 }), 6);
    expect(down).toMatchObject({ position: { upM: 0 }, onFloor: true, wallContacts: 0 });
  });

  test("breaks its cage where it meets a wall too fast, and falls", () => {
    const state = fly(airborne, velocity({ eastMps: 5 }), 12);
    expect(state).toMatchObject({ broken: true, onFloor: true });
    expect(state.position.upM).toBe(0);
    expect(fly(state, velocity({ upMps: 1 }), 2).position.upM).toBe(0);
  });

  test("bounces off an obstacle's side and stands on its top", () => {
    const box = { westM: 33, southM: 14, eastM: 35, northM: 16, topM: 3.5 };
    const room = { ...body, obstacles: [box], gustSigmaMps2: 0 };
    let state = airborne;
    const go = (command: VehicleCommand, seconds: number): void => {
      const random = createRandom(1);
      for (let step = 0; step < seconds / vehicleStepS; step++) {
        state = stepVehicle(room, state, command, vehicleStepS, random);
      }
    };
    go(velocity({ eastMps: 1 }), 8);
    expect(state.position.eastM).toBeLessThanOrEqual(box.westM - room.radiusM);
    expect(state.wallContacts).toBeGreaterThan(0);
    go(velocity({ upMps: 1 }), 2);
    go(velocity({ eastMps: 1 }), 2.5);
    go(velocity({ upMps: -1 }), 3);
    expect(state).toMatchObject({ onFloor: true, position: { upM: box.topM } });
    go({ kind: "motors-off" }, 1);
    expect(state).toMatchObject({ onFloor: true, position: { upM: box.topM } });
  });

  test("rests on the floor until it climbs, and falls when its motors stop", () => {
    const parked = fly(parkedVehicle(body, spot), velocity({ eastMps: 1 }), 1);
    expect(parked.position).toEqual({ eastM: 30, northM: 15, upM: 0 });
    const fallen = fly(airborne, { kind: "motors-off" }, 0.5);
    expect(fallen.velocity.upMps).toBeCloseTo(-4.9, 0);
    expect(fly(airborne, { kind: "motors-off" }, 2).onFloor).toBe(true);
  });

  test("leans into its acceleration: nose down forward, right wing down to the right", () => {
    const forward = fly(airborne, velocity({ northMps: 2 }), 0.2);
    expect(attitudeOf(forward).pitchDeg).toBeLessThan(-5);
    const right = fly(airborne, velocity({ eastMps: 2 }), 0.2);
    expect(attitudeOf(right).rollDeg).toBeGreaterThan(5);
    const facingEast = fly({ ...airborne, headingDeg: 90 }, velocity({ eastMps: 2 }), 0.2);
    expect(attitudeOf(facingEast).pitchDeg).toBeLessThan(-5);
  });

  test("turns clockwise for a positive rate", () => {
    const turned = fly(airborne, velocity({}, 45), 2.15);
    expect(turned.headingDeg).toBeGreaterThan(80);
    expect(turned.headingDeg).toBeLessThan(100);
  });

  test("is moved by the hall's air, the same way for the same seed", () => {
    const once = fly(airborne, velocity({}), 5, createRandom(9));
    expect(fly(airborne, velocity({}), 5, createRandom(9))).toEqual(once);
    expect(fly(airborne, velocity({}), 5, createRandom(10)).position).not.toEqual(once.position);
    expect(speedOf(once.velocity)).toBeGreaterThan(0);
    expect(speedOf(once.velocity)).toBeLessThan(0.3);
  });

  test("empties its battery in some twenty minutes of flight, and is charged on the floor", () => {
    const minute = fly(airborne, velocity({}), 60);
    const usedPct = 100 - batteryPct(body, minute.battery);
    expect(usedPct).toBeGreaterThan(4);
    expect(usedPct).toBeLessThan(6);
    const onPad = { ...parkedVehicle(body, spot), battery: minute.battery };
    expect(fly(onPad, { kind: "motors-off" }, 60).battery.leftMah).toBeGreaterThan(
      minute.battery.leftMah,
    );
  });
});

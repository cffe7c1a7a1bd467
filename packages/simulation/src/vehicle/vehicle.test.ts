import { createRandom, speedOf } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { airborne, SteeredFlight, velocity } from "../testing/steered-flight.ts";
import { batteryPct, voltageShare } from "./battery.ts";
import { axesOf, lengthOf, type Quaternion } from "./rotation.ts";
import { electricalPowerW, type PerRotor, perRotor } from "./rotor.ts";
import {
  attitudeOf,
  gravityMps2,
  parkedVehicle,
  stepVehicle,
  stopped,
  type VehicleState,
  vehicleStepS,
} from "./vehicle.ts";
import { demonstrationBody, type VehicleBody } from "./vehicle-body.ts";

/** The vehicle in still air and an empty hall, in which nothing but its own physics moves it. */
const body: VehicleBody = { ...demonstrationBody, obstacles: [], gustSigmaMps: 0 };
/** The same without air to drag on it. */
const vacuum: VehicleBody = { ...body, drag: { linear: 0, quadratic: 0 }, turnDrag: 0 };
/** High enough to fall for a while. */
const tower: VehicleBody = { ...body, hallM: { eastM: 60, northM: 30, upM: 1_000 } };
const spot = { eastM: 30, northM: 15, headingDeg: 0 };
const weightN = body.inertia.massKg * gravityMps2;

/** The motors turn as they are told; nobody steers. */
function coast(
  from: VehicleState,
  throttles: PerRotor,
  seconds: number,
  on: VehicleBody = body,
  look?: (vehicle: VehicleState) => void,
): VehicleState {
  const random = createRandom(1);
  let state = from;
  for (let step = 0; step < seconds / vehicleStepS; step++) {
    state = stepVehicle(on, state, throttles, vehicleStepS, random);
    look?.(state);
  }
  return state;
}

/** Leaning to its right by so much. */
const leaning = (deg: number): Quaternion => {
  const half = (deg * Math.PI) / 360;
  return { w: Math.cos(half), x: Math.sin(half), y: 0, z: 0 };
};

/** The rotors' speed and the throttle at which they carry it, high above the floor. */
const hoverSpeed = body.rotor.speedRadpsMax * Math.sqrt(weightN / (4 * body.rotor.thrustNMax));
const hoverThrottle = (state: VehicleState, on: VehicleBody = body): PerRotor =>
  perRotor(hoverSpeed / body.rotor.speedRadpsMax / voltageShare(on, state.battery));
const hovering = (on: VehicleBody = body): VehicleState => ({
  ...airborne(on),
  rotors: perRotor(hoverSpeed),
});

describe("forces", () => {
  test("it falls as everything falls", () => {
    const fallen = coast(airborne(vacuum), stopped, 0.5, vacuum);
    expect(fallen.velocity.upMps).toBeCloseTo(-gravityMps2 / 2, 9);
    expect(fallen.position.upM).toBeCloseTo(3 - gravityMps2 / 8, 1);
    expect(fallen.velocity).toMatchObject({ eastMps: 0, northMps: 0 });
    expect(coast(airborne(body), stopped, 0.5).velocity.upMps).toBeGreaterThan(-gravityMps2 / 2);
  });

  test("it hovers where its rotors lift its weight, and nowhere else", () => {
    const random = createRandom(1);
    let state = hovering(vacuum);
    for (let step = 0; step < 400; step++) {
      state = stepVehicle(vacuum, state, hoverThrottle(state), vehicleStepS, random);
    }
    expect(Math.abs(state.velocity.upMps)).toBeLessThan(0.01);
    expect(state.velocity).toMatchObject({ eastMps: 0, northMps: 0 });
    const heavy = { ...vacuum, inertia: { ...vacuum.inertia, massKg: 1.6 } };
    expect(coast(hovering(heavy), hoverThrottle(state), 1, heavy).velocity.upMps).toBeLessThan(
      -0.4,
    );
  });

  test("it falls no faster than at the speed at which the air carries it", () => {
    const { linear, quadratic } = body.drag;
    const terminalMps =
      (Math.sqrt(linear ** 2 + 4 * quadratic * weightN) - linear) / (2 * quadratic);
    const start = airborne(tower);
    const high = { ...start, position: { ...start.position, upM: 900 } };
    expect(coast(high, stopped, 20, tower).velocity.upMps).toBeCloseTo(-terminalMps, 1);
  });

  test("moving air takes it along, and still air stops it", () => {
    const breezy = { ...tower, draught: { eastMps: 2, northMps: 0 }, gustMemoryS: 0.1 };
    const start = airborne(breezy);
    const high = { ...start, position: { ...start.position, upM: 900 } };
    const drifted = coast(high, stopped, 4, breezy);
    expect(drifted.velocity.eastMps).toBeGreaterThan(1);
    expect(drifted.velocity.eastMps).toBeLessThan(2);
    const thrown = { ...high, velocity: { eastMps: 5, northMps: 0, upMps: 0 } };
    expect(coast(thrown, stopped, 4, tower).velocity.eastMps).toBeLessThan(1.5);
    expect(coast(thrown, stopped, 4, { ...vacuum, hallM: tower.hallM }).velocity.eastMps).toBe(5);
  });

  test("near the floor the same throttle lifts more", () => {
    const climbOf = (upM: number): number => {
      const start = hovering(vacuum);
      const low = { ...start, position: { ...start.position, upM } };
      return coast(low, hoverThrottle(start), 0.1, vacuum).velocity.upMps;
    };
    expect(climbOf(0.05)).toBeGreaterThan(climbOf(0.2));
    expect(climbOf(0.2)).toBeGreaterThan(climbOf(1));
    expect(climbOf(1)).toBeCloseTo(climbOf(2), 9);
  });

  test("the drag of its blades turns it against the pair that turns faster", () => {
    const { frontLeft: throttle } = hoverThrottle(hovering());
    const pair = { frontRight: 1.1 * throttle, rearLeft: 1.1 * throttle };
    const clockwise = coast(hovering(), { ...perRotor(throttle), ...pair }, 1);
    const { yawRateDegps, rollDeg, pitchDeg } = attitudeOf(clockwise);
    expect(yawRateDegps).toBeGreaterThan(20);
    expect(clockwise.headingDeg).toBeGreaterThan(10);
    expect(clockwise.headingDeg).toBeLessThan(180);
    expect(rollDeg).toBeCloseTo(0, 6);
    expect(pitchDeg).toBeCloseTo(0, 6);
  });

  test("a stronger left rolls it right and a stronger rear pitches it down, alike", () => {
    const { frontLeft: throttle } = hoverThrottle(hovering());
    const more = 1.05 * throttle;
    const all = perRotor(throttle);
    const right = attitudeOf(coast(hovering(), { ...all, frontLeft: more, rearLeft: more }, 0.2));
    const down = attitudeOf(coast(hovering(), { ...all, rearLeft: more, rearRight: more }, 0.2));
    expect(right.rollDeg).toBeGreaterThan(3);
    expect(right.rollRateDegps).toBeGreaterThan(30);
    expect(down.pitchDeg).toBeLessThan(-3);
    expect(down.pitchDeg).toBeCloseTo(-right.rollDeg, 9);
    expect(down.pitchRateDegps).toBeCloseTo(-right.rollRateDegps, 9);
  });

  test("whatever its motors do, it stays in the hall, of length one and a number", () => {
    const throttle = fc.double({ min: 0, max: 1, noNaN: true });
    const throttles = fc.record({
      frontLeft: throttle,
      frontRight: throttle,
      rearLeft: throttle,
      rearRight: throttle,
    });
    fc.assert(
      fc.property(fc.array(throttles, { minLength: 1, maxLength: 12 }), (orders) => {
        let state = airborne(demonstrationBody, { ...spot, eastM: 10 });
        for (const order of orders) {
          state = coast(
            state,
            order,
            0.5,
            demonstrationBody,
            ({ position, velocity, attitude }) => {
              const { eastM, northM, upM } = position;
              expect(eastM > 0 && northM > 0 && upM > -1e-9).toBe(true);
              expect(eastM < 60 && northM < 30 && upM < body.hallM.upM).toBe(true);
              expect(speedOf(velocity)).toBeLessThan(40);
              const { w, x, y, z } = attitude;
              expect(Math.abs(w * w + x * x + y * y + z * z - 1)).toBeLessThan(1e-12);
            },
          );
          expect(JSON.stringify(state)).not.toContain("null");
        }
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});

describe("what is solid", () => {
  /** Falls from so high above the floor, leaning to the right. */
  const dropped = (upM: number, leanDeg = 0): VehicleState => {
    const start = airborne(body);
    return { ...start, attitude: leaning(leanDeg), position: { ...start.position, upM } };
  };

  test("its cage bounces below its limit, less each time, and breaks above it", () => {
    const fastest = { up: 0, energyJ: Number.POSITIVE_INFINITY };
    const bounced = coast(dropped(0.4), stopped, 2, body, ({ position, velocity }) => {
      fastest.up = Math.max(fastest.up, velocity.upMps);
      const energyJ = weightN * position.upM + (1.5 * speedOf(velocity) ** 2) / 2;
      // A step of falling is worth a step's gravity, which the step before had not counted yet.
      expect(energyJ).toBeLessThan(fastest.energyJ + 0.1);
      fastest.energyJ = energyJ;
    });
    expect(fastest.up).toBeGreaterThan(0.6);
    expect(fastest.up).toBeLessThan(0.3 * 2.9);
    expect(bounced).toMatchObject({ broken: false, onFloor: true, position: { upM: 0 } });
    expect(coast(dropped(0.6), stopped, 2)).toMatchObject({ broken: true, onFloor: true });
  });

  test.each([10, 40, 70])("leaning by %i degrees it comes back on its feet", (leanDeg) => {
    const state = coast(dropped(0.2, leanDeg), stopped, 5);
    expect(state).toMatchObject({ onFloor: true, position: { upM: 0 }, broken: false });
    expect(axesOf(state.attitude).up.z).toBeCloseTo(1, 9);
    expect(lengthOf(state.rates)).toBe(0);
  });

  test.each([100, 130, 180])("beyond its side, at %i, it ends on its back and stays", (leanDeg) => {
    const state = coast(dropped(0.2, leanDeg), stopped, 5);
    expect(state.onFloor).toBe(true);
    expect(axesOf(state.attitude).up.z).toBeLessThan(-0.98);
    const flooded = coast(state, perRotor(0.8), 2);
    expect(flooded.position.upM).toBeLessThan(0.05);
    expect(axesOf(flooded.attitude).up.z).toBeLessThan(-0.9);
  });

  test("slides to a stop by friction", () => {
    const start = parkedVehicle(body, spot);
    const pushed = { ...start, velocity: { eastMps: 1, northMps: 0, upMps: 0 } };
    const state = coast(pushed, stopped, 2);
    expect(speedOf(state.velocity)).toBe(0);
    const wayM = state.position.eastM - spot.eastM;
    expect(wayM).toBeGreaterThan(0.02);
    expect(wayM).toBeLessThan(0.2);
  });

  test("walls and ceiling hold it, and count as one touch while it stays there", () => {
    const wallM = body.hallM.eastM - body.radiusM;
    const flight = new SteeredFlight(body, airborne(body, { ...spot, eastM: 55 }));
    let slowestMps = 0;
    flight.fly(velocity({ eastMps: 2 }), 8, ({ position, velocity: { eastMps } }) => {
      // A flattened ball that leans is a little narrower.
      expect(position.eastM).toBeLessThanOrEqual(wallM + 0.03);
      slowestMps = Math.min(slowestMps, eastMps);
      return false;
    });
    expect(slowestMps).toBeLessThan(-0.3);
    expect(flight.vehicle).toMatchObject({ broken: false, onFloor: false });
    expect(flight.vehicle.wallContacts).toBeGreaterThan(0);
    const up = new SteeredFlight(body).fly(velocity({ upMps: 2 }), 8).vehicle;
    expect(up.position.upM).toBeLessThanOrEqual(body.hallM.upM - body.heightM + 1e-9);
    expect(up.wallContacts).toBeGreaterThan(0);
    const down = new SteeredFlight(body).fly(velocity({ upMps: -1 }), 6).vehicle;
    expect(down).toMatchObject({ position: { upM: 0 }, onFloor: true, wallContacts: 0 });
  });

  test("it breaks its cage where it meets a wall too fast, falls and never lifts again", () => {
    const flight = new SteeredFlight(body).fly(velocity({ eastMps: 5 }), 14);
    expect(flight.vehicle).toMatchObject({ broken: true, onFloor: true });
    expect(flight.vehicle.wallContacts).toBeGreaterThan(0);
    flight.fly(velocity({ upMps: 1 }), 3);
    expect(flight.vehicle.position.upM).toBeLessThan(0.05);
    expect(flight.vehicle.rotors.frontLeft).toBeLessThan(1);
  });

  test("bounces off an obstacle's side and stands on its top", () => {
    const box = { westM: 33, southM: 14, eastM: 35, northM: 16, topM: 3.5 };
    const room = { ...body, obstacles: [box] };
    const flight = new SteeredFlight(room);
    flight.fly(velocity({ eastMps: 1 }), 8);
    expect(flight.vehicle.position.eastM).toBeLessThanOrEqual(box.westM - room.radiusM + 0.03);
    expect(flight.vehicle.wallContacts).toBeGreaterThan(0);
    // Pressed against the side it would hang there by friction.
    flight.fly(velocity({ eastMps: -0.5 }), 1.5).fly(velocity({ upMps: 1 }), 2);
    flight.fly(velocity({ eastMps: 1 }), 2.5);
    flight.fly(velocity({ upMps: -1 }), 3);
    expect(flight.vehicle).toMatchObject({ onFloor: true, position: { upM: box.topM } });
    flight.fly({ kind: "motors-off" }, 1);
    expect(flight.vehicle).toMatchObject({ onFloor: true, position: { upM: box.topM } });
  });

  test("at rest it stays exactly where it is until more than its weight lifts it", () => {
    const parked = parkedVehicle(body, spot);
    const rested = coast(parked, perRotor(0.3), 2);
    expect(rested.position).toEqual({ eastM: 30, northM: 15, upM: 0 });
    expect(rested.attitude).toEqual(parked.attitude);
    expect(coast(rested, perRotor(0.7), 0.5).position.upM).toBeGreaterThan(0.1);
  });
});

describe("air and battery", () => {
  test("gusts move it the same way for the same seed, about as much as they are told to", () => {
    const gusty = { ...body, gustSigmaMps: 0.5 };
    const after = (seed: number): VehicleState =>
      new SteeredFlight(gusty, airborne(gusty), seed).fly(velocity({}), 5).vehicle;
    expect(after(9)).toEqual(after(9));
    expect(after(10).position).not.toEqual(after(9).position);
    let sum = 0;
    let count = 0;
    coast(parkedVehicle(gusty, spot), stopped, 300, gusty, ({ wind }) => {
      sum += wind.eastMps ** 2;
      count++;
    });
    expect(Math.sqrt(sum / count)).toBeGreaterThan(0.4);
    expect(Math.sqrt(sum / count)).toBeLessThan(0.6);
  });

  test("a hover draws what its rotors' power and the voltage make it draw", () => {
    const flight = new SteeredFlight(body).fly(velocity({}), 5);
    const { battery, rotors } = flight.vehicle;
    const powerW = electricalPowerW(body.rotor, rotors) + body.standbyW;
    expect(battery.currentA).toBeCloseTo(powerW / 16.5, 0);
    expect(battery.currentA).toBeGreaterThan(10);
    expect(battery.currentA).toBeLessThan(18);
  });

  test("an hour would take three batteries: one is empty after twenty minutes, and then it falls", () => {
    const flight = new SteeredFlight(body);
    let minutes = 0;
    while (batteryPct(body, flight.vehicle.battery) > 0 && minutes < 60) {
      flight.fly(velocity({}), 60, ({ battery }) => battery.leftMah === 0);
      minutes++;
    }
    expect(minutes).toBeGreaterThanOrEqual(17);
    expect(minutes).toBeLessThanOrEqual(24);
    expect(flight.fly(velocity({}), 3).vehicle.onFloor).toBe(true);
  });

  test("the voltage sags under load, and full throttle then gives less", () => {
    const full = airborne(body);
    const loaded = { ...full, battery: { ...full.battery, currentA: 60 } };
    expect(voltageShare(body, loaded.battery)).toBeLessThan(
      voltageShare(body, full.battery) - 0.05,
    );
    const tired = { ...full, battery: { leftMah: 0.05 * body.batteryMah, currentA: 0 } };
    const climb = (from: VehicleState): number => coast(from, perRotor(0.7), 0.5).velocity.upMps;
    expect(climb(tired)).toBeLessThan(climb(full) - 1);
  });

  test("the pad charges it on the floor, and nothing does in the air", () => {
    const parked = parkedVehicle(body, spot);
    const half = { ...parked, battery: { leftMah: body.batteryMah / 2, currentA: 0 } };
    const charged = coast(half, stopped, 60).battery.leftMah;
    expect(charged - body.batteryMah / 2).toBeGreaterThan(100);
    expect(coast(half, perRotor(0.1), 60).battery.leftMah).toBeLessThan(body.batteryMah / 2);
  });
});

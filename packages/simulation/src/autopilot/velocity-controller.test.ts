import { createRandom } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stormBody } from "../storm/storm-site.ts";
import { airborne, SteeredFlight, velocity } from "../testing/steered-flight.ts";
import { axesOf } from "../vehicle/rotation.ts";
import { attitudeOf } from "../vehicle/vehicle.ts";
import {
  demonstrationBody,
  demonstrationBounds,
  type VehicleBody,
} from "../vehicle/vehicle-body.ts";

const calm: VehicleBody = { ...demonstrationBody, obstacles: [], gustSigmaMps: 0 };
const speeds = [0.1, 0.3, 0.5, 1, 2, 3, 5];

/** How far it flies on after a speed is taken back. */
function brakingM(body: VehicleBody, speedMps: number, seed: number): number {
  const flight = new SteeredFlight(
    body,
    airborne(body, { eastM: 5, northM: 15, headingDeg: 0 }),
    seed,
  );
  flight.fly(velocity({}), 1.5).fly(velocity({ eastMps: speedMps }), 4);
  const fromM = flight.vehicle.position.eastM;
  let furthestM = 0;
  flight.fly(velocity({}), 5, (vehicle) => {
    furthestM = Math.max(furthestM, vehicle.position.eastM - fromM);
    return vehicle.velocity.eastMps <= 0;
  });
  return furthestM;
}

const declaredM = (speedMps: number, withinS: number): number =>
  speedMps * withinS + speedMps ** 2 / (2 * demonstrationBounds.decelerationMps2);

describe("a velocity", () => {
  test.each(speeds)(
    "[LG6] brakes from %f m/s within the declared bounds, air moving",
    (speedMps) => {
      const { guardToMotionS } = demonstrationBounds;
      for (const seed of [1, 2, 3]) {
        const gusty = { ...calm, gustSigmaMps: demonstrationBody.gustSigmaMps };
        // The air's push is not the vehicle's: it is what the stand-off of LG6 is for.
        expect(brakingM(gusty, speedMps, seed)).toBeLessThanOrEqual(
          declaredM(speedMps, guardToMotionS) + 0.05,
        );
      }
    },
  );

  test.each(speeds)(
    "[LG6] brakes from %f m/s in every vehicle of a storm, its wire and guard included",
    (speedMps) => {
      /** The wire both ways, a period of the guard and the age of its pose. */
      const pathS = 0.05;
      const ends = [0.7, 1.3];
      for (const mass of ends) {
        for (const thrust of ends) {
          for (const motorLag of ends) {
            for (const drag of ends) {
              const body = stormBody({
                ...{ from: { eastM: 0, northM: 0 }, mass, thrust, motorLag, drag },
                ...{ draught: { eastMps: 0, northMps: 0 }, gustSigmaMps: 0 },
              });
              expect(brakingM({ ...body, obstacles: [] }, speedMps, 1)).toBeLessThanOrEqual(
                declaredM(speedMps, demonstrationBounds.guardToMotionS - pathS),
              );
            }
          }
        }
      }
    },
  );

  test("is reached within two seconds and kept, against a draught too", () => {
    const draughty = { ...calm, draught: { eastMps: -1.5, northMps: 0.5 } };
    for (const body of [calm, draughty]) {
      const flight = new SteeredFlight(body).fly(velocity({ eastMps: 2 }), 2);
      expect(flight.vehicle.velocity.eastMps).toBeGreaterThan(1.7);
      flight.fly(velocity({ eastMps: 2 }), 4);
      expect(flight.vehicle.velocity.eastMps).toBeCloseTo(2, 1);
      expect(flight.vehicle.velocity.northMps).toBeCloseTo(0, 1);
      expect(flight.vehicle.velocity.upMps).toBeCloseTo(0, 1);
    }
  });

  test("tilts it as aviation counts: nose down forward, right wing down to the right", () => {
    const forward = new SteeredFlight(calm).fly(velocity({ northMps: 2 }), 0.3).vehicle;
    expect(attitudeOf(forward).pitchDeg).toBeLessThan(-5);
    expect(attitudeOf(forward).rollDeg).toBeCloseTo(0, 6);
    const right = new SteeredFlight(calm).fly(velocity({ eastMps: 2 }), 0.3).vehicle;
    expect(attitudeOf(right).rollDeg).toBeGreaterThan(5);
    expect(attitudeOf(right).pitchDeg).toBeCloseTo(0, 6);
    const facingEast = airborne(calm, { eastM: 30, northM: 15, headingDeg: 90 });
    const ahead = new SteeredFlight(calm, facingEast).fly(velocity({ eastMps: 2 }), 0.3).vehicle;
    expect(attitudeOf(ahead).pitchDeg).toBeLessThan(-5);
  });

  test("is flown alike to every side", () => {
    const wayM = (east: number, north: number): number => {
      const { position } = new SteeredFlight(calm).fly(
        velocity({ eastMps: 2 * east, northMps: 2 * north }),
        2,
      ).vehicle;
      return (position.eastM - 30) * east + (position.northM - 15) * north;
    };
    const eastM = wayM(1, 0);
    expect(eastM).toBeGreaterThan(2);
    for (const [east, north] of [
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      expect(wayM(east, north)).toBeCloseTo(eastM, 6);
    }
  });

  test("turns clockwise for a positive rate, and keeps the heading it has turned to", () => {
    const flight = new SteeredFlight(calm).fly(velocity({}, 45), 2);
    expect(attitudeOf(flight.vehicle).yawRateDegps).toBeCloseTo(45, 0);
    flight.fly(velocity({}), 3);
    expect(flight.vehicle.headingDeg).toBeGreaterThan(89);
    expect(flight.vehicle.headingDeg).toBeLessThan(91);
    expect(new SteeredFlight(calm).fly(velocity({}, -45), 1).vehicle.headingDeg).toBeGreaterThan(
      270,
    );
  });

  test("carries on while it turns: one velocity, whatever the nose does", () => {
    const flight = new SteeredFlight(calm).fly(velocity({ eastMps: 1 }, 90), 6);
    expect(flight.vehicle.velocity.eastMps).toBeCloseTo(1, 1);
    expect(flight.vehicle.velocity.northMps).toBeCloseTo(0, 1);
  });

  test("is recovered from any attitude at which a hand lets it go", () => {
    const random = createRandom(4);
    for (let throwing = 0; throwing < 20; throwing++) {
      const start = airborne(calm);
      const angle = random.between(-2.5, 2.5);
      const way = random.between(0, 2 * Math.PI);
      const tumbling = {
        ...start,
        position: { ...start.position, upM: 5 },
        attitude: {
          w: Math.cos(angle / 2),
          x: Math.sin(angle / 2) * Math.cos(way),
          y: Math.sin(angle / 2) * Math.sin(way),
          z: 0,
        },
        rates: { x: random.between(-3, 3), y: random.between(-3, 3), z: random.between(-1, 1) },
      };
      const { vehicle } = new SteeredFlight(calm, tumbling).fly(velocity({}), 5);
      expect(vehicle.broken).toBe(false);
      expect(axesOf(vehicle.attitude).up.z).toBeGreaterThan(0.99);
      expect(vehicle.position.upM).toBeGreaterThan(1);
    }
  });

  test("of any size and change gives numbers, and never a throttle beyond full", () => {
    const mps = fc.double({ min: -50, max: 50, noNaN: true });
    const command = fc
      .record({ eastMps: mps, northMps: mps, upMps: mps, yawRateDegps: mps })
      .map(({ yawRateDegps, ...over }) => velocity(over, 10 * yawRateDegps));
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 8 }), (commands) => {
        const flight = new SteeredFlight(demonstrationBody);
        for (const each of commands) flight.fly(each, 0.7);
        expect(JSON.stringify(flight.vehicle)).not.toContain("null");
        const { frontLeft } = flight.vehicle.rotors;
        expect(frontLeft).toBeGreaterThanOrEqual(0);
        expect(frontLeft).toBeLessThanOrEqual(1.2 * demonstrationBody.rotor.speedRadpsMax);
      }),
      { numRuns: 40, seed: 3 },
    );
  });
});

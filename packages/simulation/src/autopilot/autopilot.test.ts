import { createRandom, type EnuMps } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { type CopterState, orderCopter, parkedCopter, stepCopter } from "../copter.ts";
import { vehicleStepS } from "../vehicle/vehicle.ts";
import { demonstrationBody } from "../vehicle/vehicle-body.ts";
import { type AutopilotOrder, landedStateOf } from "./autopilot-state.ts";

/** One flight, told as a list of orders and waits. */
class Flight {
  copter: CopterState = parkedCopter(demonstrationBody, { eastM: 10, northM: 15, headingDeg: 0 });
  readonly said: string[] = [];
  private readonly random = createRandom(5);

  order(order: AutopilotOrder): boolean {
    const step = orderCopter(this.copter, order);
    this.copter = step.state;
    this.said.push(...step.notices.map(({ text }) => text));
    return step.accepted;
  }

  wait(seconds: number, until: () => boolean = () => false): this {
    for (let step = 0; step < seconds / vehicleStepS && !until(); step++) {
      const flown = stepCopter(this.copter, vehicleStepS, this.random);
      this.copter = flown.state;
      this.said.push(...flown.notices.map(({ text }) => text));
    }
    return this;
  }

  velocity(over: Partial<EnuMps>): boolean {
    const velocity = { eastMps: 0, northMps: 0, upMps: 0, ...over };
    return this.order({ kind: "velocity", velocity, yawRateDegps: 0 });
  }

  mode(mode: "stabilize" | "guided" | "loiter" | "land" | "brake"): boolean {
    return this.order({ kind: "set-mode", mode, by: "ground-station" });
  }

  /** GUIDED, armed, up and holding. */
  up(heightM = 2): this {
    this.mode("guided");
    this.order({ kind: "arm" });
    this.order({ kind: "take-off", heightM });
    return this.wait(8);
  }

  get heightM(): number {
    return this.copter.vehicle.position.upM;
  }
}

describe("arming", () => {
  test("is refused in a mode that may not, with the reason", () => {
    const flight = new Flight();
    expect(flight.order({ kind: "arm" })).toBe(false);
    expect(flight.said).toEqual(["Arm: Mode not armable"]);
    flight.mode("land");
    expect(flight.order({ kind: "arm" })).toBe(false);
    flight.mode("guided");
    expect(flight.order({ kind: "arm" })).toBe(true);
    expect(flight.copter.autopilot.armed).toBe(true);
  });

  test("is refused with a battery below its limit", () => {
    const flight = new Flight();
    flight.mode("guided");
    flight.order({ kind: "set-parameter", name: "BATT_ARM_MAH", value: 6_000 });
    expect(flight.order({ kind: "arm" })).toBe(false);
    expect(flight.said).toEqual(["PreArm: Battery 1 below minimum arming capacity"]);
  });

  test("lapses after DISARM_DELAY on the ground", () => {
    const flight = new Flight();
    flight.mode("guided");
    flight.order({ kind: "arm" });
    expect(flight.wait(9.9).copter.autopilot.armed).toBe(true);
    expect(flight.wait(0.2).copter.autopilot.armed).toBe(false);
    expect(flight.said).toEqual(["Arming motors", "Disarming motors"]);
  });

  test("[LG4] in flight the motors go off by force alone", () => {
    const flight = new Flight().up();
    expect(flight.order({ kind: "disarm", byForce: false })).toBe(false);
    expect(flight.copter.autopilot.armed).toBe(true);
    expect(flight.order({ kind: "disarm", byForce: true })).toBe(true);
    expect(flight.wait(2).copter.vehicle.onFloor).toBe(true);
  });
});

describe("GUIDED", () => {
  test("takes off to the height asked for and holds its place", () => {
    const flight = new Flight().up(1.5);
    expect(flight.heightM).toBeCloseTo(1.5, 0);
    const { eastM, northM } = flight.copter.vehicle.position;
    expect(Math.hypot(eastM - 10, northM - 15)).toBeLessThan(0.3);
    const later = flight.wait(20).copter.vehicle.position;
    expect(Math.hypot(later.eastM - eastM, later.northM - northM)).toBeLessThan(0.2);
    expect(landedStateOf(flight.copter.autopilot)).toBe("in-air");
  });

  test("refuses a take-off that is not armed, not landed, or not upwards", () => {
    const flight = new Flight();
    flight.mode("guided");
    expect(flight.order({ kind: "take-off", heightM: 2 })).toBe(false);
    flight.order({ kind: "arm" });
    expect(flight.order({ kind: "take-off", heightM: 0 })).toBe(false);
    expect(flight.order({ kind: "take-off", heightM: Number.NaN })).toBe(false);
    flight.up();
    expect(flight.order({ kind: "take-off", heightM: 3 })).toBe(false);
  });

  test("a velocity ends a take-off", () => {
    const flight = new Flight();
    flight.mode("guided");
    flight.order({ kind: "arm" });
    flight.order({ kind: "take-off", heightM: 3 });
    flight.wait(5, () => flight.heightM > 1);
    flight.velocity({});
    flight.wait(5);
    expect(flight.heightM).toBeLessThan(1.6);
  });

  test("a velocity on the ground lifts nothing", () => {
    const flight = new Flight();
    flight.mode("guided");
    flight.order({ kind: "arm" });
    flight.velocity({ upMps: 1, eastMps: 1 });
    expect(flight.wait(1).copter.vehicle.onFloor).toBe(true);
  });

  test("a level flight keeps its height in moving air", () => {
    const flight = new Flight().up();
    const startUpM = flight.copter.vehicle.position.upM;
    for (let set = 0; set < 300; set++) {
      flight.velocity({ eastMps: 0.5 });
      flight.wait(0.1);
      expect(Math.abs(flight.copter.vehicle.position.upM - startUpM)).toBeLessThan(0.3);
    }
  });

  test("[LG10] stops by itself GUID_TIMEOUT after the last set-point", () => {
    const flight = new Flight().up();
    flight.order({ kind: "set-parameter", name: "GUID_TIMEOUT", value: 0.3 });
    for (let set = 0; set < 20; set++) {
      flight.velocity({ eastMps: 1 });
      flight.wait(0.1);
    }
    expect(flight.copter.vehicle.velocity.eastMps).toBeCloseTo(1, 0);
    const heardAtS = flight.copter.autopilot.timeS;
    const isHolding = () => flight.copter.autopilot.aim.kind === "hold";
    flight.wait(5, isHolding);
    expect(flight.copter.autopilot.timeS - heardAtS).toBeLessThan(0.3 + vehicleStepS);
    const from = flight.copter.vehicle.position.eastM;
    flight.wait(3);
    expect(Math.abs(flight.copter.vehicle.velocity.eastMps)).toBeLessThan(0.1);
    expect(flight.copter.vehicle.position.eastM - from).toBeLessThan(0.8);
  });

  test("[LG10] starts with ArduPilot's three seconds, and never waits less than a tenth", () => {
    expect(new Flight().copter.autopilot.parameters.GUID_TIMEOUT).toBe(3);
    const flight = new Flight().up();
    flight.order({ kind: "set-parameter", name: "GUID_TIMEOUT", value: 0 });
    flight.velocity({ eastMps: 1 });
    expect(flight.wait(0.09).copter.autopilot.aim.kind).toBe("velocity");
    expect(flight.wait(0.02).copter.autopilot.aim.kind).toBe("hold");
  });

  test("is stopped by a set-point that it does not understand, and by none that is not a number", () => {
    const flight = new Flight().up();
    flight.velocity({ eastMps: 1 });
    expect(flight.velocity({ eastMps: Number.NaN })).toBe(false);
    expect(flight.copter.autopilot.aim.kind).toBe("velocity");
    flight.order({ kind: "unknown-set-point" });
    expect(flight.copter.autopilot.aim.kind).toBe("hold");
  });
});

describe("other modes", () => {
  test("LAND comes down at half a metre a second and disarms", () => {
    const flight = new Flight().up(3);
    flight.mode("land");
    flight.wait(2);
    const fromM = flight.heightM;
    expect(fromM - flight.wait(2).heightM).toBeCloseTo(1, 0);
    expect(landedStateOf(flight.copter.autopilot)).toBe("landing");
    flight.wait(6);
    expect(flight.copter.autopilot).toMatchObject({ armed: false, landed: true, mode: "land" });
    expect(flight.heightM).toBe(0);
  });

  test("[AU4] the safety pilot's switch ends what the gateway asked, and velocities are ignored", () => {
    const flight = new Flight().up();
    flight.velocity({ eastMps: 1 });
    flight.wait(1);
    flight.order({ kind: "set-mode", mode: "brake", by: "safety-pilot" });
    expect(flight.velocity({ eastMps: 1 })).toBe(false);
    flight.wait(3);
    expect(Math.abs(flight.copter.vehicle.velocity.eastMps)).toBeLessThan(0.1);
  });

  test("a low battery lands the vehicle and is said once", () => {
    const flight = new Flight().up();
    flight.order({ kind: "set-parameter", name: "BATT_LOW_MAH", value: 6_000 });
    flight.wait(10);
    expect(flight.copter.autopilot).toMatchObject({ armed: false, landed: true, mode: "land" });
    expect(flight.said.filter((text) => text === "Battery 1 is low")).toHaveLength(1);
  });
});

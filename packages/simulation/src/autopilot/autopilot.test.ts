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

describe("a crash", () => {
  const tipped = (deg: number): Flight => {
    const flight = new Flight();
    flight.mode("guided");
    flight.order({ kind: "arm" });
    flight.order({ kind: "take-off", heightM: 2 });
    const half = (deg * Math.PI) / 360;
    const attitude = { w: Math.cos(half), x: Math.sin(half), y: 0, z: 0 };
    flight.copter = { ...flight.copter, vehicle: { ...flight.copter.vehicle, attitude } };
    return flight;
  };

  test("a vehicle on its back presses itself to the floor for two seconds, and then stops", () => {
    const flight = tipped(180).wait(1.9);
    expect(flight.copter.autopilot.armed).toBe(true);
    expect(flight.copter.vehicle.rotors.frontLeft).toBeGreaterThan(100);
    flight.wait(0.2);
    expect(flight.copter.autopilot.armed).toBe(false);
    expect(flight.said.at(-1)).toBe("Crash: Disarming");
    expect(flight.wait(2).heightM).toBeLessThan(0.05);
  });

  test("is not what a lean of flight is", () => {
    const flight = tipped(0).wait(6);
    for (let set = 0; set < 30; set++) {
      flight.velocity({ eastMps: set < 15 ? 5 : -5 });
      flight.wait(0.1);
    }
    expect(flight.copter.autopilot.armed).toBe(true);
    expect(flight.said).not.toContain("Crash: Disarming");
  });
});

describe("a ground station that falls silent", () => {
  /** In the air, heard by a station until now, and told to land without it. */
  const listening = (): Flight => {
    const flight = new Flight();
    flight.order({ kind: "set-parameter", name: "FS_GCS_ENABLE", value: 5 });
    flight.up();
    flight.order({ kind: "station-heard" });
    return flight;
  };

  test("[LG10] lands the vehicle after FS_GCS_TIMEOUT, and it says why", () => {
    const flight = listening().wait(4.9);
    expect(flight.copter.autopilot.mode).toBe("guided");
    flight.wait(0.2);
    expect(flight.copter.autopilot.mode).toBe("land");
    expect(flight.said.at(-1)).toBe("GCS Failsafe");
    flight.wait(10);
    expect(flight.copter.autopilot.armed).toBe(false);
    flight.order({ kind: "station-heard" });
    expect(flight.wait(0.1).said.at(-1)).toBe("GCS Failsafe Cleared");
  });

  test("[LG10] lands nobody while it is heard, was never heard, or is not waited for", () => {
    const heard = listening();
    for (let second = 0; second < 10; second++) {
      heard.order({ kind: "station-heard" });
      heard.wait(1);
    }
    const neverHeard = new Flight();
    neverHeard.order({ kind: "set-parameter", name: "FS_GCS_ENABLE", value: 5 });
    neverHeard.up().wait(10);
    const off = listening();
    off.order({ kind: "set-parameter", name: "FS_GCS_ENABLE", value: 0 });
    off.wait(10);
    for (const flight of [heard, neverHeard, off]) {
      expect(flight.copter.autopilot.mode).toBe("guided");
      expect(flight.said).not.toContain("GCS Failsafe");
    }
  });

  test("[AU4] takes nothing from the safety pilot, and stops motors on the floor", () => {
    const theirs = listening();
    theirs.order({ kind: "set-mode", mode: "loiter", by: "safety-pilot" });
    theirs.wait(6);
    expect(theirs.copter.autopilot.mode).toBe("loiter");
    expect(theirs.said.at(-1)).toBe("GCS Failsafe - Continuing Pilot Control");
    const standing = new Flight();
    standing.order({ kind: "set-parameter", name: "FS_GCS_ENABLE", value: 5 });
    standing.mode("guided");
    standing.order({ kind: "station-heard" });
    standing.order({ kind: "arm" });
    standing.wait(5.1);
    expect(standing.copter.autopilot.armed).toBe(false);
    expect(standing.said.at(-1)).toBe("GCS Failsafe - Disarming");
  });

  test("is not told to return home, for the model knows no home", () => {
    const flight = new Flight();
    expect(flight.order({ kind: "set-parameter", name: "FS_GCS_ENABLE", value: 1 })).toBe(false);
    expect(flight.copter.autopilot.parameters.FS_GCS_ENABLE).toBe(0);
    for (const name of ["BATT_FS_LOW_ACT", "BATT_FS_CRT_ACT", "FS_DR_ENABLE"] as const)
      expect(flight.order({ kind: "set-parameter", name, value: 2 })).toBe(false);
    for (const name of ["FS_THR_ENABLE", "FENCE_ACTION"] as const)
      expect(flight.order({ kind: "set-parameter", name, value: 1 })).toBe(false);
  });
});

import { createRandom, type EnuM } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { type CopterState, orderCopter, parkedCopter, stepCopter } from "../copter.ts";
import { vehicleStepS } from "../vehicle/vehicle.ts";
import { demonstrationBody } from "../vehicle/vehicle-body.ts";
import { type AutopilotOrder, landedStateOf, type MissionLeg } from "./autopilot-state.ts";

const mode = (name: "guided" | "auto" | "land" | "loiter" | "stabilize"): AutopilotOrder => ({
  kind: "set-mode",
  mode: name,
  by: "ground-station",
});

class Flight {
  copter: CopterState = parkedCopter(demonstrationBody, { eastM: 5, northM: 15, headingDeg: 0 });
  readonly said: string[] = [];
  readonly random = createRandom(3);
  hasPosition = true;

  order(order: AutopilotOrder): boolean {
    const step = orderCopter(this.copter, order);
    this.copter = step.state;
    this.said.push(...step.notices.map(({ text }) => text));
    return step.accepted;
  }

  wait(seconds: number, until: () => boolean = () => false): this {
    for (let step = 0; step < seconds / vehicleStepS && !until(); step++) {
      const flown = stepCopter(this.copter, vehicleStepS, this.random, undefined, this.hasPosition);
      this.copter = flown.state;
      this.said.push(...flown.notices.map(({ text }) => text));
    }
    return this;
  }

  armed(): this {
    this.order(mode("guided"));
    this.order({ kind: "arm" });
    return this;
  }

  up(): this {
    this.armed().order({ kind: "take-off", heightM: 2 });
    return this.wait(8);
  }

  awayM({ eastM, northM, upM }: EnuM): number {
    const { position } = this.copter.vehicle;
    return Math.hypot(position.eastM - eastM, position.northM - northM, position.upM - upM);
  }
}

const corner: EnuM = { eastM: 9, northM: 15, upM: 2 };
const field: EnuM = { eastM: 9, northM: 12, upM: 2 };
const mission: readonly MissionLeg[] = [
  { kind: "take-off", heightM: 2 },
  { kind: "fly-to", place: corner, staysS: 2 },
  { kind: "fly-to", place: field, staysS: 0 },
  { kind: "land", over: { eastM: 6, northM: 12, upM: 0 } },
];

describe("AUTO", () => {
  test("flies its mission from the floor to the floor, and says each command", () => {
    const flight = new Flight().armed();
    flight.order({ kind: "load-mission", mission });
    expect(flight.order({ kind: "start-mission" })).toBe(true);
    flight.wait(20, () => flight.awayM(corner) < 0.2);
    const reachedAtS = flight.copter.autopilot.timeS;
    flight.wait(10, () => flight.copter.autopilot.leg === 2);
    expect(flight.copter.autopilot.timeS - reachedAtS).toBeGreaterThan(1.9);
    flight.wait(40, () => !flight.copter.autopilot.armed);
    expect(flight.copter.autopilot).toMatchObject({ armed: false, landed: true, leg: 0 });
    // Moving air takes it a little aside while it descends.
    expect(flight.awayM({ eastM: 6, northM: 12, upM: 0 })).toBeLessThan(0.7);
    expect(flight.said).toEqual([
      "Arming motors",
      ...["Mission: 1 Takeoff", "Reached command #1", "Mission: 2 WP", "Reached command #2"],
      ...["Mission: 3 WP", "Reached command #3", "Mission: 4 Land", "Reached command #4"],
      "Disarming motors",
    ]);
  });

  test("stays on the floor until MISSION_START, and begins at once in the air", () => {
    const standing = new Flight().armed();
    standing.order({ kind: "load-mission", mission });
    expect(standing.order(mode("auto"))).toBe(true);
    expect(standing.wait(5).copter.vehicle.onFloor).toBe(true);
    const flying = new Flight().up();
    flying.order({ kind: "load-mission", mission: mission.slice(1) });
    flying.order(mode("auto"));
    flying.wait(20, () => flying.awayM(corner) < 0.2);
    expect(flying.awayM(corner)).toBeLessThan(0.2);
    expect(landedStateOf(flying.copter.autopilot)).toBe("in-air");
  });

  test("goes on where it was left, goes to the item that it is told to, and holds at the end", () => {
    const flight = new Flight().up();
    flight.order({ kind: "load-mission", mission: mission.slice(1, 3) });
    flight.order(mode("auto"));
    flight.wait(20, () => flight.copter.autopilot.leg === 1);
    flight.order(mode("loiter"));
    flight.wait(1).order(mode("auto"));
    expect(flight.copter.autopilot.leg).toBe(1);
    expect(flight.order({ kind: "go-to-leg", leg: 7 })).toBe(false);
    expect(flight.order({ kind: "go-to-leg", leg: 0 })).toBe(true);
    flight.wait(20, () => flight.copter.autopilot.leg === 2);
    flight.wait(5);
    expect(flight.awayM(field)).toBeLessThan(0.3);
    expect(flight.copter.autopilot).toMatchObject({ armed: true, mode: "auto" });
  });

  test("is refused without a mission, and on the floor without a take-off, with the reason", () => {
    const flight = new Flight();
    expect(flight.order(mode("auto"))).toBe(false);
    flight.order({ kind: "load-mission", mission: mission.slice(1) });
    flight.armed();
    expect(flight.order({ kind: "start-mission" })).toBe(false);
    expect(flight.said).toEqual([
      "Mode change to AUTO failed: init failed",
      "Arming motors",
      "Auto: Missing Takeoff Cmd",
    ]);
  });
});

describe("GUIDED", () => {
  test("flies to a place and stays there, and not from the floor nor in another mode", () => {
    const flight = new Flight().up();
    expect(flight.order({ kind: "fly-to", place: corner })).toBe(true);
    flight.wait(15);
    expect(flight.awayM(corner)).toBeLessThan(0.2);
    expect(flight.order({ kind: "fly-to", place: { ...corner, upM: Number.NaN } })).toBe(false);
    flight.order(mode("loiter"));
    expect(flight.order({ kind: "fly-to", place: field })).toBe(false);
    const standing = new Flight().armed();
    standing.order({ kind: "fly-to", place: corner });
    expect(standing.wait(3).copter.vehicle.onFloor).toBe(true);
  });
});

describe("a position that is lost", () => {
  test("lands a vehicle that flies by it after a second, with ArduPilot's words", () => {
    const flight = new Flight().up();
    flight.hasPosition = false;
    expect(flight.wait(0.9).copter.autopilot.mode).toBe("guided");
    expect(flight.wait(0.2).copter.autopilot.mode).toBe("land");
    expect(flight.said.slice(-2)).toEqual(["EKF variance", "EKF Failsafe: changed to LAND Mode"]);
    expect(flight.order(mode("guided"))).toBe(false);
    expect(flight.said.at(-1)).toBe("Mode change to GUIDED failed: requires position");
    flight.wait(10);
    expect(flight.copter.autopilot).toMatchObject({ armed: false, landed: true });
    expect(flight.said.at(-1)).toBe("EKF Failsafe Cleared");
    expect(flight.order({ kind: "arm" })).toBe(false);
  });

  test("lands nobody for a gap shorter than that, and tells when it is found again", () => {
    const flight = new Flight().up();
    flight.hasPosition = false;
    flight.wait(0.8);
    flight.hasPosition = true;
    flight.wait(2);
    expect(flight.copter.autopilot).toMatchObject({ mode: "guided", positionLostS: 0 });
    flight.hasPosition = false;
    flight.wait(1.1);
    flight.hasPosition = true;
    flight.wait(1.1);
    expect(flight.said.at(-1)).toBe("EKF Failsafe Cleared");
    expect(flight.copter.autopilot.mode).toBe("land");
  });

  test("leaves STABILIZE to its pilot unless FS_EKF_ACTION says otherwise", () => {
    const flight = new Flight().up();
    flight.order(mode("stabilize"));
    flight.hasPosition = false;
    expect(flight.wait(3).copter.autopilot.mode).toBe("stabilize");
    const always = new Flight().up();
    expect(always.order({ kind: "set-parameter", name: "FS_EKF_ACTION", value: 2 })).toBe(false);
    always.order({ kind: "set-parameter", name: "FS_EKF_ACTION", value: 3 });
    always.order(mode("stabilize"));
    always.hasPosition = false;
    expect(always.wait(3).copter.autopilot.mode).toBe("land");
  });

  test("on the floor refuses to arm", () => {
    const flight = new Flight();
    flight.order(mode("guided"));
    flight.hasPosition = false;
    flight.wait(0.1);
    expect(flight.order({ kind: "arm" })).toBe(false);
    expect(flight.said).toEqual(["PreArm: Need Position Estimate"]);
  });
});

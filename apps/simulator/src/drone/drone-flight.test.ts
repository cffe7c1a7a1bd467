import {
  CopterMode,
  EkfStatusFlags,
  MavCmd,
  MavFrame,
  MavMissionType,
  MavModeFlag,
  MavResult,
  type MissionItem,
  startMissionUpload,
  stepMissionUpload,
} from "@pista/mavlink";
import { odometryLike } from "@pista/simulation";
import { describe, expect, test } from "vitest";
import { GroundLink } from "../testing/ground-link.ts";

const origin = { latitude: 450_300_000, longitude: 76_600_000, altitude: 240_000 };
/** Metres north in the last digits of a latitude. */
const degE7PerM = 89.93;

const exact = odometryLike("exact");
const isArmed = (ground: GroundLink): boolean =>
  ((ground.last("HEARTBEAT")?.baseMode ?? 0) & MavModeFlag.SAFETY_ARMED) !== 0;

function withOrigin(ground: GroundLink): GroundLink {
  ground.wait(100);
  ground.send({ name: "SET_GPS_GLOBAL_ORIGIN", targetSystem: 1, ...origin });
  ground.wait(100);
  return ground;
}

function armed(ground: GroundLink): GroundLink {
  expect(ground.command(MavCmd.DO_SET_MODE, [1, CopterMode.GUIDED]).kind).toBe("accepted");
  expect(ground.command(MavCmd.COMPONENT_ARM_DISARM, [1]).kind).toBe("accepted");
  return ground;
}

function up(ground: GroundLink): GroundLink {
  armed(ground).command(MavCmd.NAV_TAKEOFF, [0, 0, 0, 0, 0, 0, 2]);
  ground.wait(8_000);
  return ground;
}

function upload(ground: GroundLink, items: readonly MissionItem[]) {
  const request = { ...ground.parties, missionType: MavMissionType.MISSION };
  return ground.run(startMissionUpload(request, items, ground.now), stepMissionUpload).outcome;
}

/** So many metres from the hall's corner. */
const item = (
  command: number,
  { northM, eastM, z }: { northM: number; eastM: number; z: number },
): MissionItem => ({
  frame: MavFrame.GLOBAL_RELATIVE_ALT_INT,
  command,
  current: 0,
  autocontinue: 1,
  ...{ param1: 0, param2: 0, param3: 0, param4: 0, z },
  x: Math.round(origin.latitude + northM * degE7PerM),
  y: Math.round(origin.longitude + (eastM * degE7PerM) / Math.cos((45.03 * Math.PI) / 180)),
});

const plan: readonly MissionItem[] = [
  item(MavCmd.NAV_WAYPOINT, { northM: 0, eastM: 0, z: 0 }),
  item(MavCmd.NAV_TAKEOFF, { northM: 15, eastM: 5, z: 2 }),
  item(MavCmd.NAV_WAYPOINT, { northM: 12, eastM: 9, z: 2 }),
  item(MavCmd.NAV_LAND, { northM: 15, eastM: 8, z: 0 }),
];

describe("a mission", () => {
  test("is flown in AUTO after MISSION_START, item by item, and ends on the floor", () => {
    const ground = withOrigin(new GroundLink({ seed: 1 }));
    expect(upload(ground, plan).kind).toBe("accepted");
    armed(ground);
    expect(ground.command(MavCmd.MISSION_START).kind).toBe("accepted");
    ground.wait(20_000, () => ground.last("MISSION_ITEM_REACHED")?.seq === 2);
    expect(ground.drone.copter.vehicle.position).toMatchObject({
      eastM: expect.closeTo(9, 0),
      northM: expect.closeTo(12, 0),
    });
    ground.wait(1_100);
    expect(ground.last("MISSION_CURRENT")).toMatchObject({ seq: 3, total: 3, missionState: 3 });
    ground.wait(40_000, () => !isArmed(ground));
    ground.wait(100);
    expect(ground.last("MISSION_ITEM_REACHED")?.seq).toBe(3);
    const { position } = ground.drone.copter.vehicle;
    expect(position.upM).toBe(0);
    expect(Math.hypot(position.eastM - 8, position.northM - 15)).toBeLessThan(0.5);
  });

  test("is refused without an origin, and so is what AUTO cannot fly", () => {
    const ground = new GroundLink({ seed: 1 });
    ground.wait(100);
    expect(upload(ground, plan).kind).toBe("accepted");
    const auto = ground.command(MavCmd.DO_SET_MODE, [1, CopterMode.AUTO]);
    expect(auto).toMatchObject({ kind: "refused", result: MavResult.FAILED });
    expect(ground.said.at(-1)).toBe("Mode change to AUTO failed: requires position");
    const strange = item(MavCmd.NAV_LOITER_TURNS, { northM: 15, eastM: 5, z: 2 });
    expect(upload(ground, [...plan, strange])).toEqual({ kind: "refused", result: 3 });
    const local = { ...item(MavCmd.NAV_WAYPOINT, { northM: 1, eastM: 1, z: 1 }), frame: 1 };
    expect(upload(ground, [...plan, local])).toEqual({ kind: "refused", result: 2 });
    ground.send({ name: "MISSION_REQUEST_LIST", targetSystem: 1, targetComponent: 1 });
    // What was refused took nothing's place.
    const count = ground.find("MISSION_COUNT", () => true, { from: 0, forMs: 1_000 });
    expect(count?.count).toBe(plan.length);
  });

  test("gives up an upload that falls silent, and takes one from another at once then", () => {
    const ground = new GroundLink({ seed: 1 });
    ground.wait(100);
    const to = { targetSystem: 1, targetComponent: 1, missionType: 0 };
    ground.send({ name: "MISSION_COUNT", ...to, count: 2 });
    ground.wait(7_000);
    const asked = ground.heard.filter(({ message }) => message.name === "MISSION_REQUEST");
    expect(asked.length).toBeGreaterThan(5);
    expect(ground.last("MISSION_ACK")).toBeUndefined();
    ground.wait(1_500);
    expect(ground.last("MISSION_ACK")?.type).toBe(15);
    expect(upload(ground, plan).kind).toBe("accepted");
  });
});

describe("a place on earth", () => {
  test("is flown to by DO_REPOSITION, from another mode too where it says so", () => {
    const ground = up(withOrigin(new GroundLink({ seed: 2 })));
    ground.command(MavCmd.DO_SET_MODE, [1, CopterMode.LOITER]);
    const { frame, x, y, z } = item(MavCmd.NAV_WAYPOINT, { northM: 15, eastM: 8, z: 1.5 });
    const stays = ground.command(MavCmd.DO_REPOSITION, [0, 0], { frame, x, y, z });
    expect(stays).toMatchObject({ kind: "refused", result: MavResult.DENIED });
    const goes = ground.command(MavCmd.DO_REPOSITION, [0, 1], { frame, x, y, z });
    expect(goes.kind).toBe("accepted");
    ground.wait(10_000);
    const told = ground.last("GLOBAL_POSITION_INT");
    expect((told?.lon ?? 0) - y).toBeLessThan(40);
    expect(told?.relativeAlt).toBeCloseTo(1_500, -2.5);
    expect(ground.last("HEARTBEAT")?.customMode).toBe(CopterMode.GUIDED);
  });

  test("becomes home by DO_SET_HOME, and is kept when arming", () => {
    const ground = new GroundLink({ seed: 2 });
    ground.wait(100);
    expect(ground.command(MavCmd.GET_HOME_POSITION).kind).toBe("refused");
    expect(ground.command(MavCmd.DO_SET_HOME, [1]).kind).toBe("refused");
    withOrigin(ground);
    const { x, y } = item(0, { northM: 20, eastM: 6, z: 0 });
    const at = { frame: MavFrame.GLOBAL_INT, x, y, z: 240 };
    expect(ground.command(MavCmd.DO_SET_HOME, [0], at).kind).toBe("accepted");
    armed(ground);
    expect(ground.command(MavCmd.GET_HOME_POSITION).kind).toBe("accepted");
    ground.wait(100);
    expect(ground.last("HOME_POSITION")?.x).toBeCloseTo(20, 1);
  });

  test("once told, the origin stays where it is", () => {
    const ground = withOrigin(new GroundLink({ seed: 2 }));
    ground.send({ name: "SET_GPS_GLOBAL_ORIGIN", targetSystem: 1, ...origin, latitude: 1 });
    ground.wait(100);
    expect(ground.request("GPS_GLOBAL_ORIGIN", 49)).toMatchObject(origin);
  });
});

describe("odometry", () => {
  test("is what the vehicle tells and flies by: a drift carries it away unseen", () => {
    const ground = up(new GroundLink({ seed: 4, odometry: odometryLike("rough") }));
    const told = ground.last("LOCAL_POSITION_NED");
    ground.wait(60_000);
    const later = ground.last("LOCAL_POSITION_NED");
    const { position } = ground.drone.copter.vehicle;
    // It believes that it stays, and does not.
    expect(
      Math.hypot((later?.x ?? 9) - (told?.x ?? 0), (later?.y ?? 9) - (told?.y ?? 0)),
    ).toBeLessThan(0.2);
    expect(
      Math.hypot(position.northM - (later?.x ?? 0), position.eastM - (later?.y ?? 0)),
    ).toBeGreaterThan(0.1);
  });

  test("that stops in flight: inertia carries on, the EKF failsafe lands, the position ends", () => {
    const ground = up(
      new GroundLink({ seed: 5, odometry: { ...exact, gaps: [{ fromMs: 10_000, toMs: 60_000 }] } }),
    );
    ground.wait(16_900 - ground.nowMs);
    expect(ground.last("HEARTBEAT")?.customMode).toBe(CopterMode.GUIDED);
    ground.wait(1_200);
    expect(ground.last("HEARTBEAT")?.customMode).toBe(CopterMode.LAND);
    expect(ground.said.slice(-2)).toEqual(["EKF variance", "EKF Failsafe: changed to LAND Mode"]);
    ground.wait(1_000);
    expect((ground.last("EKF_STATUS_REPORT")?.flags ?? 0) & EkfStatusFlags.POS_HORIZ_ABS).toBe(0);
    const back = ground.command(MavCmd.DO_SET_MODE, [1, CopterMode.GUIDED]);
    expect(back).toMatchObject({ kind: "refused", result: MavResult.FAILED });
    ground.wait(10_000, () => !isArmed(ground));
    expect(ground.drone.copter.vehicle).toMatchObject({ onFloor: true, broken: false });
    ground.wait(25_200 - ground.nowMs);
    const heard = ground.heard.length;
    ground.wait(1_000);
    const since = ground.heard.slice(heard).map(({ message }) => message.name);
    expect(since).not.toContain("LOCAL_POSITION_NED");
    expect(since).toContain("ATTITUDE");
    expect(ground.said).toContain("EKF3 IMU0 stopped aiding");
    expect(ground.command(MavCmd.COMPONENT_ARM_DISARM, [1]).kind).toBe("refused");
    ground.wait(60_200 - ground.nowMs);
    expect(ground.said.at(-1)).toBe("EKF3 IMU0 is using external nav data");
    expect(ground.last("LOCAL_POSITION_NED")?.z).toBeCloseTo(0, 1);
  });

  test("that jumps moves what it believes at once, and then the vehicle", () => {
    const odometry = odometryLike("exact", { jumpAtMs: 12_000, jumpM: 0.6 });
    const ground = up(new GroundLink({ seed: 6, odometry }));
    ground.wait(11_900 - ground.nowMs);
    const before = ground.drone.copter.vehicle.position;
    ground.wait(300);
    const told = ground.last("LOCAL_POSITION_NED");
    expect(
      Math.hypot((told?.x ?? 0) - before.northM, (told?.y ?? 0) - before.eastM),
    ).toBeGreaterThan(0.3);
    ground.wait(6_000);
    const { position } = ground.drone.copter.vehicle;
    const movedM = Math.hypot(position.northM - before.northM, position.eastM - before.eastM);
    expect(movedM).toBeGreaterThan(0.4);
    expect(movedM).toBeLessThan(0.8);
  });
});

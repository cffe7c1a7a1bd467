import {
  MavCmd,
  MavDataStream,
  MavFrame,
  type MavlinkMessage,
  MavMissionType,
  MavResult,
  type MissionItem,
  startMissionDownload,
  startMissionUpload,
  startParameterDownload,
  startParameterSet,
  stepMissionDownload,
  stepMissionUpload,
  stepParameter,
  stepParameterDownload,
} from "@pista/mavlink";
import { parameterNames } from "@pista/simulation";
import { describe, expect, test } from "vitest";
import { GroundLink, lossyLink } from "../testing/ground-link.ts";

/**
 * What the two ground stations send when they meet an ArduPilot, by their own sources, over a link
 * that loses and overtakes. The order is theirs; the waiting and repeating is `packages/mavlink`'s.
 */

const seeds = [1, 2, 3, 4, 5, 6];
const patience = { timeoutMs: 1_500, attemptsMax: 20 };
const { MISSION, FENCE, RALLY } = MavMissionType;

/** A place near Turin's exhibition halls. */
const origin = { latitude: 450_300_000, longitude: 76_600_000, altitude: 240_000 };
const item = (over: Partial<MissionItem>): MissionItem => ({
  frame: MavFrame.GLOBAL_RELATIVE_ALT_INT,
  command: MavCmd.NAV_WAYPOINT,
  current: 0,
  autocontinue: 1,
  ...{ param1: 0, param2: 0, param3: 0, param4: 0 },
  ...{ x: 450_301_500, y: 76_601_500, z: 2 },
  ...over,
});

const plans: ReadonlyMap<number, readonly MissionItem[]> = new Map([
  [
    MISSION,
    [
      item({ frame: MavFrame.GLOBAL_INT, current: 1 }),
      item({ command: MavCmd.NAV_TAKEOFF, x: 0, y: 0 }),
      item({ param1: 1.5, x: 450_301_400, y: 76_601_200 }),
      item({ command: MavCmd.NAV_LAND, x: 450_301_400, y: 76_601_000, z: 0 }),
    ],
  ],
  [
    FENCE,
    [0, 1, 2].map((corner) =>
      item({
        command: MavCmd.NAV_FENCE_POLYGON_VERTEX_INCLUSION,
        param1: 3,
        y: 76_600_000 + 1_000 * corner,
      }),
    ),
  ],
  [RALLY, [item({ command: MavCmd.NAV_RALLY_POINT, z: 1 })]],
]);

function upload(ground: GroundLink, missionType: number, items: readonly MissionItem[]) {
  const request = { ...ground.parties, missionType, patience };
  // The vehicle accepts once. Where that is lost nobody knows, and the whole is sent again.
  for (let uploads = 1; ; uploads++) {
    const first = startMissionUpload(request, items, ground.now);
    const { outcome } = ground.run(first, stepMissionUpload);
    if (outcome.kind !== "unanswered" || uploads === 5) return outcome;
  }
}

function download(ground: GroundLink, missionType: number): readonly MissionItem[] {
  const request = { ...ground.parties, missionType, patience };
  const { outcome } = ground.run(startMissionDownload(request, ground.now), stepMissionDownload);
  if (outcome.kind !== "complete") throw new Error(`The plan's download: ${outcome.kind}.`);
  return outcome.items;
}

/** FTPManager.cc and FTPDownloadStateMachine.cc: OpenFileRO, and its sequence number. */
function openFile(ground: GroundLink, path: string): readonly number[] {
  const payload = new Array<number>(251).fill(0);
  payload.splice(0, 5, 1, 0, 0, 4, path.length);
  payload.splice(12, path.length, ...Array.from(path, (letter) => letter.charCodeAt(0)));
  for (let attempt = 0; attempt < 10; attempt++) {
    const from = ground.heard.length;
    ground.send({
      name: "FILE_TRANSFER_PROTOCOL",
      ...{ targetNetwork: 0, targetSystem: 1, targetComponent: 1, payload },
    });
    const answer = ground.find("FILE_TRANSFER_PROTOCOL", () => true, { from, forMs: 1_000 });
    if (answer) return answer.payload;
  }
  throw new Error("The file was never refused.");
}

const parametersOf = (ground: GroundLink) =>
  ground.run(
    startParameterDownload({ ...ground.parties, encoding: "cast", patience }, ground.now),
    stepParameterDownload,
  ).outcome;

describe("QGroundControl's connection", () => {
  test.each(seeds)("ends with everything read, seed %i", (seed) => {
    const ground = new GroundLink({ seed, profile: lossyLink });
    ground.wait(5_000, () => ground.last("HEARTBEAT") !== undefined);

    // APMFirmwarePlugin::initializeStreamRates: seven streams without an answer, then two intervals.
    for (const [stream, rateHz] of [
      [MavDataStream.RAW_SENSORS, 2],
      [MavDataStream.EXTENDED_STATUS, 2],
      [MavDataStream.RC_CHANNELS, 2],
      [MavDataStream.POSITION, 3],
      [MavDataStream.EXTRA1, 10],
      [MavDataStream.EXTRA2, 10],
      [MavDataStream.EXTRA3, 3],
    ] as const) {
      const to = { targetSystem: 1, targetComponent: 1, reqStreamId: stream, startStop: 1 };
      for (let time = 0; time < 5; time++) {
        ground.send({ name: "REQUEST_DATA_STREAM", ...to, reqMessageRate: rateHz });
      }
    }
    const second = 1_000_000;
    expect(ground.command(MavCmd.SET_MESSAGE_INTERVAL, [242, second]).kind).toBe("accepted");
    expect(ground.command(MavCmd.SET_MESSAGE_INTERVAL, [245, second]).kind).toBe("accepted");

    // InitialConnectStateMachine::_stateRequestAutopilotVersion.
    const version = ground.request("AUTOPILOT_VERSION", 148);
    expect(version).toMatchObject({ flightSwVersion: 0x04_05_00_00 });

    // StandardModes::request: one after the other, by an index from 1.
    const modes: string[] = [];
    for (let index = 1, count = 1; index <= count; index++) {
      const isNext = ({ modeIndex }: { modeIndex: number }) => modeIndex === index;
      const mode = ground.request("AVAILABLE_MODES", 435, index, isNext);
      if ("refused" in mode) throw new Error("The modes are refused.");
      count = mode.numberModes;
      modes.push(mode.modeName);
    }
    expect(modes).toEqual(["STABILIZE", "AUTO", "GUIDED", "LOITER", "LAND", "BRAKE"]);

    // RequestMetaDataTypeStateMachine: COMPONENT_METADATA, then the deprecated COMPONENT_INFORMATION.
    for (const messageId of [397, 395]) {
      const refusal = ground.command(MavCmd.REQUEST_MESSAGE, [messageId]);
      expect(refusal).toMatchObject({ kind: "refused", result: MavResult.FAILED });
    }

    // ParameterManager: the file of parameters first, then the list, then its gaps by index.
    const refusal = openFile(ground, "@PARAM/param.pck?withdefaults=1");
    expect(refusal.slice(0, 6)).toEqual([2, 0, 0, 129, 1, 4]);
    // "File Not Found", by which ParameterManager::_ftpDownloadComplete goes on at once.
    expect(refusal[12]).toBe(10);
    const parameters = parametersOf(ground);
    expect(parameters.kind).toBe("complete");
    if (parameters.kind !== "complete") return;
    expect(parameters.parameters.map(({ id }) => id)).toEqual(parameterNames);

    // PlanManager::loadFromVehicle, for mission, fence and rally points.
    for (const type of [MISSION, FENCE, RALLY]) expect(download(ground, type)).toEqual([]);

    const names: readonly MavlinkMessage["name"][] = [
      ...(["RAW_IMU", "SCALED_PRESSURE", "SYS_STATUS", "GPS_RAW_INT", "MISSION_CURRENT"] as const),
      ...(["RC_CHANNELS", "LOCAL_POSITION_NED", "ATTITUDE", "VFR_HUD", "SYSTEM_TIME"] as const),
      ...(["BATTERY_STATUS", "EKF_STATUS_REPORT", "EXTENDED_SYS_STATE"] as const),
    ];
    ground.wait(2_000);
    const heard = new Set(ground.heard.map(({ message }) => message.name));
    expect(names.filter((name) => !heard.has(name))).toEqual([]);
    // Nobody said where the hall lies, so nothing is said of the earth.
    expect(heard.has("GLOBAL_POSITION_INT") || heard.has("HOME_POSITION")).toBe(false);
    expect(ground.lost).toBeGreaterThan(50);
  });
});

describe("MAVSDK's connection", () => {
  /** telemetry_impl.cpp, set_rate_*; what ArduPilot has, and what it has not. */
  const known = [32, 33, 242, 245, 31, 30, 26, 27, 74, 24, 147, 65, 1, 29, 2];
  const unknown = [105, 115, 140, 375, 331, 132, 141, 264];

  test.each(seeds)("ends with everything read, seed %i", (seed) => {
    const ground = new GroundLink({ seed, profile: lossyLink });
    // system_impl.cpp, send_autopilot_version_request; mavlink_request_message.cpp asks every other
    // time by the command of old.
    expect(ground.request("AUTOPILOT_VERSION", 148)).toHaveProperty("capabilities");
    expect(ground.command(MavCmd.REQUEST_AUTOPILOT_CAPABILITIES, [1]).kind).toBe("accepted");
    // info_impl.cpp wants FLIGHT_INFORMATION each second; telemetry_impl.cpp what the user wants.
    for (const id of known) {
      expect(ground.command(MavCmd.SET_MESSAGE_INTERVAL, [id, 100_000]).kind).toBe("accepted");
    }
    for (const id of unknown) {
      const outcome = ground.command(MavCmd.SET_MESSAGE_INTERVAL, [id, 100_000]);
      expect(outcome).toMatchObject({ kind: "refused", result: MavResult.DENIED });
    }
    expect(ground.said.some((text) => text.startsWith("No ap_message for mavlink id ("))).toBe(
      true,
    );

    // telemetry_impl.cpp, request_home_position_again: until there is one.
    expect(ground.command(MavCmd.REQUEST_MESSAGE, [242]).kind).toBe("accepted");
    expect(ground.find("HOME_POSITION", () => true, { from: 0, forMs: 1_000 })).toBeUndefined();
    for (let time = 0; time < 5; time++) {
      ground.send({ name: "SET_GPS_GLOBAL_ORIGIN", targetSystem: 1, ...origin });
    }
    expect(ground.request("HOME_POSITION", 242)).toMatchObject({ altitude: 240_000 });
    expect(ground.request("GPS_GLOBAL_ORIGIN", 49)).toMatchObject(origin);
    expect(ground.find("GLOBAL_POSITION_INT", () => true, { from: 0, forMs: 2_000 })).toMatchObject(
      { lat: expect.closeTo(450_301_348, -2) },
    );

    // ping.cpp and timesync.cpp.
    for (let seq = 0; seq < 5; seq++) {
      const nobody = { targetSystem: 0, targetComponent: 0 };
      ground.send({ name: "PING", timeUsec: 7n, seq, ...nobody });
      ground.send({ name: "TIMESYNC", tc1: 0n, ts1: BigInt(seq + 1) });
    }
    ground.wait(1_000);
    expect(ground.last("PING")?.targetSystem).toBe(255);
    expect(ground.last("TIMESYNC")?.tc1).toBeGreaterThan(0n);

    // param_impl.cpp by mavlink_parameter_client.cpp: a value set and read back.
    const setting = startParameterSet(
      { ...ground.parties, encoding: "cast", id: "WPNAV_SPEED", type: 9, value: 150, patience },
      ground.now,
    );
    if (!setting.ok) throw new Error("The value cannot be sent.");
    const { outcome } = ground.run(setting.value, stepParameter);
    expect(outcome).toMatchObject({ kind: "value", parameter: { value: 150 } });

    // mission_raw_impl.cpp and geofence_impl.cpp by mavlink_mission_transfer_client.cpp.
    for (const [type, items] of plans) {
      expect(upload(ground, type, items).kind).toBe("accepted");
      // Home, the first item of a mission, is the vehicle's own; the rest comes back as it went.
      const own = type === MISSION ? 1 : 0;
      expect(download(ground, type).slice(own)).toEqual(items.slice(own));
    }
    expect(ground.lost).toBeGreaterThan(50);
  });
});

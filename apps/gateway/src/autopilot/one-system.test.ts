import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Pose } from "@pista/flight";
import { epochMs, monotonicMs } from "@pista/kernel";
import {
  CopterMode,
  createFrameWriter,
  MavAutopilot,
  MavLandedState,
  MavModeFlag,
  MavResult,
  MavType,
  type OutgoingMessage,
} from "@pista/mavlink";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseVehicleAddress } from "../settings.ts";
import { freeUdpPort } from "../testing/site.ts";
import { until } from "../testing/until.ts";
import { createVehicleLink } from "./create-vehicle-link.ts";
import { MavlinkAutopilot, type VehicleStatus } from "./mavlink-autopilot.ts";
import type { VehicleLink } from "./vehicle-link.ts";

const self = { systemId: 248, componentId: 190 };
const silenceMs = 5_000;

let nowMs: number;
let port: number;
let radio: Socket;
let otherRadio: Socket;
let link: VehicleLink;
let autopilot: MavlinkAutopilot;
let statuses: VehicleStatus[];
let poses: Pose[];
let told: string[];
let others: number[];
let frames: number;

beforeEach(() => {
  [nowMs, statuses, poses, told, others, frames] = [10_000, [], [], [], [], 0];
});
afterEach(() => {
  link.close();
  radio.close();
  otherRadio.close();
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** The real way in, from datagrams to what the guard is told; time passes by hand. */
async function open(choice = ""): Promise<void> {
  port = await freeUdpPort();
  [radio, otherRadio] = [await openSocket(), await openSocket()];
  link = createVehicleLink(parseVehicleAddress(`udp://127.0.0.1:${port}${choice}`), {
    self,
    clock: {
      nowMs: () => epochMs(nowMs),
      monotonicMs: () => monotonicMs(nowMs),
      after: () => () => undefined,
    },
    signing: undefined,
    onFrame(frame, atMs) {
      frames += 1;
      autopilot.receive(frame, atMs);
    },
    onOther: (systemId) => others.push(systemId),
    onBytes: () => undefined,
    onFault(error) {
      throw error;
    },
    onRefused: () => undefined,
  });
  autopilot = new MavlinkAutopilot({
    self,
    takeOffHeightM: 1.5,
    mayTakeOff: () => true,
    isIndoors: () => true,
    send: (message) => link.send(message),
    events: {
      pose: (pose) => poses.push(pose),
      status: (status) => statuses.push(status),
      refused: (_, reason) => told.push(reason),
      found: (_, systemId) => told.push(`found ${systemId}`),
      lost: () => told.push("lost"),
      modeChanged: (mode) => told.push(mode),
      said: (text) => told.push(text),
      notOurs: () => told.push("not ours"),
      settled: () => undefined,
    },
  });
  await link.open();
}

const heartbeat = (armed: boolean, customMode: number): OutgoingMessage => ({
  name: "HEARTBEAT",
  type: MavType.QUADROTOR,
  autopilot: MavAutopilot.ARDUPILOTMEGA,
  baseMode: MavModeFlag.CUSTOM_MODE_ENABLED | (armed ? MavModeFlag.SAFETY_ARMED : 0),
  customMode,
  systemStatus: 4,
  mavlinkVersion: 3,
});

/** Everything that moves a gateway's state, from the vehicle with this system id. */
const life = (systemId: number, northM: number, armed: boolean): Uint8Array => {
  const writer = createFrameWriter({ systemId, componentId: 1 });
  const still = { vx: 0, vy: 0, vz: 0, rollspeed: 0, pitchspeed: 0, yawspeed: 0 };
  const messages: OutgoingMessage[] = [
    heartbeat(armed, armed ? CopterMode.GUIDED : CopterMode.STABILIZE),
    { name: "ATTITUDE", timeBootMs: nowMs, roll: 0, pitch: 0, yaw: 0, ...still },
    { name: "LOCAL_POSITION_NED", timeBootMs: nowMs, x: northM, y: 0, z: 0, ...still },
    {
      name: "EXTENDED_SYS_STATE",
      vtolState: 0,
      landedState: armed ? MavLandedState.IN_AIR : MavLandedState.ON_GROUND,
    },
    { name: "COMMAND_ACK", command: 400, result: MavResult.DENIED },
    { name: "STATUSTEXT", severity: 4, text: `I am ${systemId}` },
  ];
  return Buffer.concat(messages.map((message) => writer.write(message, epochMs(nowMs))));
};

/** What others said is read by the time that this one's own message is: the loopback keeps order. */
async function hear(from: Socket, bytes: Uint8Array): Promise<void> {
  const before = frames;
  from.send(bytes, port, "127.0.0.1");
  await until("a frame", () => frames > before);
}

describe("two vehicles on one line", () => {
  test("[AU1] the second moves nothing of the first's, from the same radio or its own", async () => {
    await open();
    await hear(radio, life(1, 5, false));
    for (let round = 0; round < 20; round++) {
      nowMs += 50;
      radio.send(life(2, 99, true), port, "127.0.0.1");
      otherRadio.send(life(3, 99, true), port, "127.0.0.1");
      await hear(radio, life(1, 5, false));
    }
    expect(statuses.length).toBeGreaterThan(20);
    expect(
      statuses.filter(({ armed, mode, landed }) => armed || mode === "guided" || landed === false),
    ).toEqual([]);
    expect(new Set(poses.map(({ position }) => position.northM))).toEqual(new Set([5]));
    expect(new Set(told)).toEqual(new Set(["found 1", "I am 1"]));
    expect(others.filter((systemId) => systemId === 2)).toEqual([2]);
  });

  test("[AU1] nor does it take the first's place when that one falls silent", async () => {
    await open();
    await hear(radio, life(1, 5, true));
    nowMs += silenceMs;
    autopilot.tick(monotonicMs(nowMs));
    expect(told.at(-1)).toBe("lost");
    radio.send(life(2, 99, false), port, "127.0.0.1");
    otherRadio.send(life(2, 99, false), port, "127.0.0.1");
    await until("the other", () => others.length > 0);
    nowMs += 100;
    await hear(radio, life(1, 6, true));
    expect(told.filter((text) => text.startsWith("found"))).toEqual(["found 1", "found 1"]);
    expect(poses.map(({ position }) => position.northM)).toEqual([5, 6]);
  });

  test("[AU1] the address names the one that is meant, whoever speaks first", async () => {
    await open("?system=2");
    radio.send(life(1, 5, true), port, "127.0.0.1");
    await until("the other", () => others.length > 0);
    await hear(radio, life(2, 99, false));
    expect(others).toEqual([1]);
    expect(told[0]).toBe("found 2");
    expect(statuses.every(({ armed }) => !armed)).toBe(true);
  });
});

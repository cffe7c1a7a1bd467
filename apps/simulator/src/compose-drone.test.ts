import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import {
  CopterMode,
  createDatagramReader,
  createFrameWriter,
  MavCmd,
  MavFrame,
  type MavlinkMessage,
  MavModeFlag,
  MavResult,
  type OutgoingMessage,
} from "@pista/mavlink";
import { odometryLike } from "@pista/simulation";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { composeDrone, type RunningDrone } from "./compose.ts";
import { systemClock } from "./system-clock.ts";

type Named<Name extends MavlinkMessage["name"]> = Extract<MavlinkMessage, { name: Name }>;

/** Eight seconds of the vehicle's life in one of the test's. */
const speedFactor = 8;
const waitMsMax = 8_000;

/** A ground station on a real port, with nothing of the simulation in it. */
class GroundStation {
  readonly heard: MavlinkMessage[] = [];
  private readonly writer = createFrameWriter({ systemId: 255, componentId: 190 });
  private readonly reader = createDatagramReader();
  private readonly socket: Socket;
  private vehiclePort: number | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("message", (datagram, from) => {
      this.vehiclePort = from.port;
      for (const { message } of this.reader.read(datagram)) this.heard.push(message);
    });
  }

  send(message: OutgoingMessage): void {
    if (this.vehiclePort === undefined) throw new Error("No vehicle has been heard yet.");
    this.socket.send(this.writer.write(message), this.vehiclePort, "127.0.0.1");
  }

  last<Name extends MavlinkMessage["name"]>(name: Name): Named<Name> | undefined {
    // Of the messages heard, those of this name have this type: the union is told apart by it.
    return this.heard.findLast((message) => message.name === name) as Named<Name> | undefined;
  }

  async until<Value>(what: string, find: () => Value | undefined | false): Promise<Value> {
    const giveUpAtMs = performance.now() + waitMsMax;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > giveUpAtMs) throw new Error(`Waited in vain for ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async command(command: number, params: readonly number[] = []): Promise<number> {
    const already = this.heard.length;
    const [param1 = 0, param2 = 0, param3 = 0, param4 = 0, param5 = 0, param6 = 0, param7 = 0] =
      params;
    this.send({
      name: "COMMAND_LONG",
      targetSystem: 1,
      targetComponent: 1,
      command,
      confirmation: 0,
      ...{ param1, param2, param3, param4, param5, param6, param7 },
    });
    return this.until(`an answer to command ${command}`, () => {
      const isAnswer = (message: MavlinkMessage): message is Named<"COMMAND_ACK"> =>
        message.name === "COMMAND_ACK" && message.command === command;
      return this.heard.slice(already).find(isAnswer)?.result;
    });
  }

  /** Velocity alone, north-east-down: 0x0DC7 of ArduPilot's documentation, less the yaw rate's bit. */
  velocity(vx: number, vy: number, vz: number, options: { frame?: number; yawRate?: number } = {}) {
    this.send({
      name: "SET_POSITION_TARGET_LOCAL_NED",
      timeBootMs: 0,
      targetSystem: 1,
      targetComponent: 1,
      coordinateFrame: options.frame ?? MavFrame.LOCAL_NED,
      typeMask: options.yawRate === undefined ? 0x0dc7 : 0x05c7,
      ...{ x: 0, y: 0, z: 0, vx, vy, vz, afx: 0, afy: 0, afz: 0, yaw: 0 },
      yawRate: options.yawRate ?? 0,
    });
  }

  get position(): Named<"LOCAL_POSITION_NED"> {
    const position = this.last("LOCAL_POSITION_NED");
    if (!position) throw new Error("No position has been heard yet.");
    return position;
  }

  async takeOff(heightM: number): Promise<void> {
    expect(await this.command(MavCmd.DO_SET_MODE, [1, CopterMode.GUIDED])).toBe(MavResult.ACCEPTED);
    expect(await this.command(MavCmd.COMPONENT_ARM_DISARM, [1])).toBe(MavResult.ACCEPTED);
    expect(await this.command(MavCmd.NAV_TAKEOFF, [0, 0, 0, 0, 0, 0, heightM])).toBe(
      MavResult.ACCEPTED,
    );
    await this.until("its height", () => this.position.z < 0.1 - heightM);
  }
}

const silent = pino({ level: "silent" });
let running: RunningDrone;
let socket: Socket;
let station: GroundStation;

beforeEach(async () => {
  socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  station = new GroundStation(socket);
  const peer = { host: "127.0.0.1", port: socket.address().port };
  running = await composeDrone(
    { peer, odometry: odometryLike("mild"), seed: 1, safetyPort: 0, speedFactor },
    { clock: systemClock, log: silent },
  );
  await station.until("a heartbeat", () => station.last("HEARTBEAT"));
});

afterEach(async () => {
  await running.close();
  socket.close();
});

describe("the drone over UDP", () => {
  test("says what it is, and answers what ground stations ask first", async () => {
    expect(station.last("HEARTBEAT")).toMatchObject({ autopilot: 3, type: 2, customMode: 0 });
    expect(await station.command(MavCmd.REQUEST_MESSAGE, [148])).toBe(MavResult.ACCEPTED);
    await station.until("its version", () => station.last("AUTOPILOT_VERSION"));
    expect(await station.command(MavCmd.SET_MESSAGE_INTERVAL, [32, 10_000])).toBe(
      MavResult.ACCEPTED,
    );
    expect(await station.command(MavCmd.NAV_WAYPOINT)).toBe(MavResult.UNSUPPORTED);
    station.send({ name: "TIMESYNC", tc1: 0n, ts1: 42n });
    const answer = await station.until("the time", () => station.last("TIMESYNC"));
    expect(answer).toMatchObject({ ts1: 42n });
    expect(answer.tc1).toBeGreaterThan(0n);
    station.send({ name: "PING", timeUsec: 7n, seq: 3, targetSystem: 0, targetComponent: 0 });
    const ping = await station.until("the ping", () => station.last("PING"));
    expect(ping).toMatchObject({ timeUsec: 7n, seq: 3, targetSystem: 255 });
    await station.until("the battery", () => station.last("BATTERY_STATUS"));
    expect(station.last("SYS_STATUS")?.batteryRemaining).toBe(100);
  });

  test("[LG10] GUID_TIMEOUT is set and read back", async () => {
    const to = { targetSystem: 1, targetComponent: 1 };
    station.send({ name: "PARAM_REQUEST_READ", ...to, paramId: "GUID_TIMEOUT", paramIndex: -1 });
    const before = await station.until("the parameter", () => station.last("PARAM_VALUE"));
    expect(before).toMatchObject({ paramId: "GUID_TIMEOUT", paramValue: 3 });
    station.send({
      name: "PARAM_SET",
      ...to,
      paramId: "GUID_TIMEOUT",
      paramValue: 0.25,
      paramType: 9,
    });
    await station.until("the new value", () => station.last("PARAM_VALUE")?.paramValue === 0.25);
    station.send({ name: "PARAM_REQUEST_LIST", ...to });
    const last = before.paramCount - 1;
    await station.until("all", () => station.last("PARAM_VALUE")?.paramIndex === last);
  });

  test("does not arm in STABILIZE, and says why", async () => {
    expect(await station.command(MavCmd.COMPONENT_ARM_DISARM, [1])).toBe(MavResult.FAILED);
    const said = await station.until("the reason", () => station.last("STATUSTEXT"));
    expect(said.text).toBe("Arm: Mode not armable");
    const armed = (station.last("HEARTBEAT")?.baseMode ?? 0) & MavModeFlag.SAFETY_ARMED;
    expect(armed).toBe(0);
  });

  test("[LG10] flies a velocity in the right frame, stops at the time-out, lands, disarms", async () => {
    await station.takeOff(1.5);
    station.send({
      name: "PARAM_SET",
      ...{ targetSystem: 1, targetComponent: 1 },
      ...{ paramId: "GUID_TIMEOUT", paramValue: 0.8, paramType: 9 },
    });
    const start = station.position;
    const moved = await station.until("a metre to the south and half as much to the east", () => {
      station.velocity(-1, 0.5, 0);
      return station.position.x < start.x - 1 && station.position;
    });
    expect(moved.y - start.y).toBeGreaterThan(0.3);
    expect(moved.z).toBeCloseTo(start.z, 0);
    // No further set-point: the vehicle must stop by itself.
    await station.until("its stop", () => {
      const { vx, vy } = station.position;
      return Math.hypot(vx, vy) < 0.05;
    });
    expect(await station.command(MavCmd.NAV_LAND)).toBe(MavResult.ACCEPTED);
    await station.until("the landing", () => {
      const armed = (station.last("HEARTBEAT")?.baseMode ?? 0) & MavModeFlag.SAFETY_ARMED;
      return armed === 0 && station.last("EXTENDED_SYS_STATE")?.landedState === 1;
    });
    expect(station.position.z).toBeCloseTo(0, 2);
  });

  test("turns clockwise, and flies forward in the body's frame", async () => {
    await station.takeOff(1.5);
    // It starts facing east; a quarter turn to the right faces it south.
    await station.until("facing south", () => {
      station.velocity(0, 0, 0, { yawRate: 1 });
      return Math.abs((station.last("ATTITUDE")?.yaw ?? 0) - Math.PI) < 0.2;
    });
    const start = station.position;
    await station.until("a metre south", () => {
      station.velocity(1, 0, 0, { frame: MavFrame.BODY_NED });
      return station.position.x < start.x - 1;
    });
  });

  test("[AU4] the safety pilot's switch takes the vehicle from the ground station", async () => {
    await station.takeOff(1.5);
    const hand = connect(running.safetyPort ?? 0, "127.0.0.1");
    hand.write("mode brake\n");
    const [answer] = await once(hand, "data");
    expect(String(answer)).toBe("ok brake\n");
    await station.until("BRAKE", () => station.last("HEARTBEAT")?.customMode === CopterMode.BRAKE);
    const start = station.position;
    const untilMs = performance.now() + 150;
    await station.until("the end of the attempt", () => {
      station.velocity(1, 0, 0);
      return performance.now() > untilMs;
    });
    expect(Math.abs(station.position.x - start.x)).toBeLessThan(0.2);
    hand.write("mode upwards\nfly\n");
    const [refusal] = await once(hand, "data");
    expect(String(refusal)).toMatch(/^refused: /);
    hand.destroy();
    const byDatagram = createSocket("udp4");
    byDatagram.send("mode loiter", running.safetyPort ?? 0, "127.0.0.1");
    const [datagram] = await once(byDatagram, "message");
    expect(String(datagram)).toBe("ok loiter");
    byDatagram.close();
  });
});

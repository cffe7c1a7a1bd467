import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { epochMs } from "@pista/kernel";
import {
  createDatagramReader,
  createFrameWriter,
  createSignatureVerifier,
  createSigningClock,
  MavAutopilot,
  type MavlinkFrame,
  MavType,
  parseSigningKey,
} from "@pista/mavlink";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../system-clock.ts";
import { freeUdpPort } from "../testing/site.ts";
import { until } from "../testing/until.ts";
import { FrameCodec } from "./frame-codec.ts";
import { UdpLink } from "./udp-link.ts";

const heartbeat = {
  name: "HEARTBEAT",
  type: MavType.QUADROTOR,
  autopilot: MavAutopilot.PX4,
  baseMode: 0,
  customMode: 0,
  systemStatus: 3,
  mavlinkVersion: 3,
} as const;
const ours = { ...heartbeat, type: MavType.GCS, autopilot: MavAutopilot.INVALID };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  return socket;
}

async function openLink(key = parseSigningKey(new Uint8Array(32).fill(7))) {
  const port = await freeUdpPort();
  const frames: MavlinkFrame[] = [];
  const codec = new FrameCodec({
    self: { systemId: 255, componentId: 190 },
    clock: systemClock,
    cut: "datagrams",
    signing: key && { key, clock: createSigningClock() },
    onRefused: () => undefined,
  });
  const link = new UdpLink({
    host: "127.0.0.1",
    port,
    codec,
    clock: systemClock,
    isOurs: () => true,
    onFrame: (frame) => frames.push(frame),
    onBytes: () => {},
    onFault(error) {
      throw error;
    },
  });
  await link.open();
  closing.push(() => link.close());
  return { link, port, frames, key };
}

describe("MAVLink over UDP", () => {
  test("a signing vehicle without a clock learns the time from us, and is then heard", async () => {
    const { link, port, frames, key } = await openLink();
    if (!key) throw new Error("The key has 32 bytes.");
    const socket = await openSocket();
    const clock = createSigningClock();
    const reader = createDatagramReader({ signing: createSignatureVerifier({ key, clock }) });
    let heard = 0;
    socket.on("message", (bytes) => {
      heard += reader.read(bytes).length;
    });
    const writer = createFrameWriter({
      systemId: 1,
      componentId: 1,
      signing: { key, linkId: 0, clock },
    });
    // To it, it is still 2015.
    const say = (): void => socket.send(writer.write(heartbeat, epochMs(0)), port, "127.0.0.1");
    await until("our heartbeat", () => {
      say();
      link.send(ours);
      return heard > 0;
    });
    await until("the vehicle", () => {
      say();
      return frames.length > 0;
    });
    expect(frames[0]).toMatchObject({ signed: true, message: { name: "HEARTBEAT" } });
  });

  test("while an autopilot speaks nobody else is heard or answered", async () => {
    const { link, port, frames } = await openLink();
    const [vehicle, stranger] = [await openSocket(), await openSocket()];
    const key = parseSigningKey(new Uint8Array(32).fill(7));
    if (!key) throw new Error("The key has 32 bytes.");
    const said = (systemId: number): Uint8Array =>
      createFrameWriter({ systemId, componentId: 1, signing: { key, linkId: 1 } }).write(
        heartbeat,
        systemClock.nowMs(),
      );
    await until("the vehicle", () => {
      vehicle.send(said(1), port, "127.0.0.1");
      return frames.length > 0;
    });
    let answers = 0;
    stranger.on("message", () => {
      answers += 1;
    });
    let answered = 0;
    vehicle.on("message", () => {
      answered += 1;
    });
    await until("answers to the vehicle", () => {
      stranger.send(said(2), port, "127.0.0.1");
      vehicle.send(said(1), port, "127.0.0.1");
      link.send(ours);
      return answered > 20;
    });
    expect(answers).toBe(0);
    expect(new Set(frames.map(({ systemId }) => systemId))).toEqual(new Set([1]));
  });
});

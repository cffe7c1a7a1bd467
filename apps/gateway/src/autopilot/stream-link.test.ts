import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { epochMs, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { createFrameWriter, createStreamReader, type MavlinkFrame } from "@pista/mavlink";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../system-clock.ts";
import { until } from "../testing/until.ts";
import { dialTcp } from "./dial-tcp.ts";
import { FrameCodec } from "./frame-codec.ts";
import { type Dial, StreamLink } from "./stream-link.ts";

const self = { systemId: 255, componentId: 190 };
const ping = { name: "PING", timeUsec: 1n, seq: 7, targetSystem: 0, targetComponent: 0 } as const;
const pingOf = (seq: number): Uint8Array =>
  createFrameWriter({ systemId: 1, componentId: 1 }).write({ ...ping, seq });

/** A clock whose timers the test lets pass; what they were set to is looked at. */
function manualClock() {
  let nowMs = 1_000;
  const timers: { readonly delayMs: number; readonly run: () => void }[] = [];
  return {
    timers,
    pass: (ms: number) => {
      nowMs += ms;
    },
    nowMs: () => epochMs(1_700_000_000_000 + nowMs),
    monotonicMs: (): MonotonicMs => monotonicMs(nowMs),
    after: (delayMs: number, run: () => void) => {
      const timer = { delayMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function linkOver(dial: Dial, clock: ReturnType<typeof manualClock> | typeof systemClock) {
  const frames: MavlinkFrame[] = [];
  const faults: unknown[] = [];
  const codec = new FrameCodec({
    self,
    clock,
    cut: "stream",
    signing: undefined,
    onRefused: () => undefined,
  });
  const link = new StreamLink({
    codec,
    clock,
    dial,
    address: "a line",
    isOurs: () => true,
    onFrame: (frame) => frames.push(frame),
    onBytes: () => {},
    onFault: ({ cause }) => faults.push(cause),
  });
  closing.push(() => link.close());
  return { link, frames, faults };
}

async function tcpServer(): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server has a port.");
  return { server, port: address.port, sockets };
}

describe("a line to the vehicle", () => {
  test("frames go both ways over TCP, however they are cut", async () => {
    const { port, sockets } = await tcpServer();
    const { link, frames } = linkOver(dialTcp({ host: "127.0.0.1", port }), systemClock);
    await link.open();
    const socket = await until("a connection", () => sockets[0]);
    for (const byte of pingOf(7)) socket.write(Uint8Array.of(byte));
    await until("the frame", () => frames.length === 1);
    expect(frames[0]?.message).toMatchObject({ name: "PING", seq: 7 });
    const heard: MavlinkFrame[] = [];
    const reader = createStreamReader();
    socket.on("data", (bytes) => heard.push(...reader.read(bytes)));
    link.send({ ...ping, seq: 8 });
    await until("the answer", () => heard.length === 1);
    expect(heard[0]).toMatchObject({ systemId: 255, message: { seq: 8 } });
  });

  test("refused, it is dialled again ever more rarely, and at once after it was heard", async () => {
    const clock = manualClock();
    let isThere = false;
    const lines: PassThrough[] = [];
    const dial = async () => {
      if (!isThere) throw new Error("refused");
      const line = new PassThrough();
      lines.push(line);
      return line;
    };
    const { link, frames, faults } = linkOver(dial, clock);
    await link.open();
    const delays: number[] = [];
    for (let count = 0; count < 7; count++) {
      const timer = await until("a timer", () => clock.timers.shift());
      delays.push(timer.delayMs);
      timer.run();
    }
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(faults.length).toBeGreaterThanOrEqual(7);
    isThere = true;
    (await until("a timer", () => clock.timers.shift())).run();
    const line = await until("a line", () => lines[0]);
    line.write(pingOf(1));
    await until("the frame", () => frames.length === 1);
    line.destroy();
    expect((await until("a timer", () => clock.timers.shift())).delayMs).toBe(250);
  });

  test("a line that says nothing for five seconds is given up", async () => {
    const clock = manualClock();
    const line = new Duplex({
      read: () => undefined,
      write: (_chunk, _encoding, done) => done(),
    });
    const { link, faults } = linkOver(async () => line, clock);
    await link.open();
    await until("the line", () => line.listenerCount("data") > 0);
    clock.pass(4_900);
    link.send(ping);
    expect(line.destroyed).toBe(false);
    clock.pass(200);
    link.send(ping);
    expect(line.destroyed).toBe(true);
    await until("its fault", () => faults.length === 1);
  });

  test("[LG5] what a stuck line does not take is dropped and told once, not kept", async () => {
    const clock = manualClock();
    const { port, sockets } = await tcpServer();
    const dial = dialTcp({ host: "127.0.0.1", port });
    let line: Awaited<ReturnType<Dial>> | undefined;
    const { link, faults } = linkOver(async () => {
      line = await dial();
      line.cork();
      return line;
    }, clock);
    await link.open();
    await until("a connection", () => sockets[0]);
    await until("the line", () => (line?.listenerCount("data") ?? 0) > 0);
    for (let count = 0; count < 1_000; count++) link.send(ping);
    expect(line?.writableLength).toBeLessThan(1_200);
    expect(faults).toHaveLength(1);
  });

  test("closed while it is dialled, it stays closed", async () => {
    const line = new PassThrough();
    let answer: (line: PassThrough) => void = () => undefined;
    const dialled = new Promise<PassThrough>((resolve) => {
      answer = resolve;
    });
    const { link, frames } = linkOver(() => dialled, manualClock());
    await link.open();
    link.close();
    answer(line);
    await until("its end", () => line.destroyed);
    expect(frames).toEqual([]);
  });
});

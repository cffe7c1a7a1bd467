import { connect, type Socket } from "node:net";
import { assetId } from "@pista/kernel";
import mqtt from "mqtt-packet";
import { expect, test, vi } from "vitest";
import { useHeldIntake } from "../testing/held-intake.ts";
import { connectPacket, openRawMqtt, publishPacket } from "../testing/raw-mqtt.ts";
import { mqttLimits, mqttLimitsWithin } from "./mqtt-limits.ts";

const intake = useHeldIntake();
const isLong = process.env.PISTA_TEST_LONG !== undefined;

/** Connects and never says a word. */
const openSilent = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: intake.port, host: "127.0.0.1" });
    socket.once("error", reject);
    socket.once("connect", () => {
      // Cut off by the endpoint, which is what the test is for.
      socket.off("error", reject).on("error", () => socket.destroy());
      resolve(socket);
    });
  });

test(
  "[IN5] who never speaks holds no place that a device needs, and is closed in time",
  async () => {
    const silentCount = isLong ? 10_000 : 500;
    const strangersMax = isLong ? mqttLimits.strangersMax : 100;
    await intake.close();
    await intake.open({ strangersMax });
    intake.answersAtOnce = true;
    const device = await intake.device();
    const silent: Socket[] = [];
    for (let opened = 0; opened < silentCount; opened += 50) {
      silent.push(...(await Promise.all(Array.from({ length: 50 }, openSilent))));
      // Among them, others get through.
      const other = `s-${opened}`;
      const client = await intake.device(other);
      client.send(publishPacket(other, "report"));
      await client.next("puback");
      client.vanish();
      await vi.waitFor(() => expect(intake.endpoint.isConnected(assetId(other))).toBe(false));
      expect(intake.endpoint.connectionCount()).toBeLessThanOrEqual(strangersMax + 1);
    }
    const gaveWay = intake.refusals.filter((cause) => cause === "too-many-strangers");
    expect(gaveWay.length).toBeGreaterThanOrEqual(silentCount - strangersMax);
    intake.clock.advance(mqttLimits.connectWithinMs + 1_000);
    await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(1), { timeout: 10_000 });
    device.send(publishPacket("s-1", "still there"));
    await device.next("puback");
    for (const socket of silent) socket.destroy();
  },
  isLong ? 300_000 : 30_000,
);

test("[IN5] connections leave the store the files that it needs", () => {
  expect(mqttLimitsWithin(Number.POSITIVE_INFINITY)).toEqual(mqttLimits);
  expect(mqttLimitsWithin(4_096).connectionsMax).toBe(3_072);
  expect(mqttLimitsWithin(256).connectionsMax).toBe(64);
});

test(
  "[IN5] payloads of ten megabytes are refused by their header, and memory does not grow",
  async () => {
    const payloadBytes = 10 * 1_048_576;
    const chunk = Buffer.alloc(65_536, "x");
    const header = Buffer.from([0x32, 0x80, 0x80, 0x80, 0x05]);
    const usedMb = (): number => process.memoryUsage().arrayBuffers / 1_048_576;
    const beforeMb = usedMb();
    let mostMb = 0;
    const watch = setInterval(() => {
      mostMb = Math.max(mostMb, usedMb() - beforeMb);
    }, 2);
    for (let round = 0; round < (isLong ? 50 : 2); round++) {
      // Sixteen at once, known and unknown.
      const clients = await Promise.all([
        ...Array.from({ length: 15 }, (_, index) => intake.device(`s-${index}`)),
        openRawMqtt(intake.port),
      ]);
      for (const client of clients) {
        client.sendBytes(header);
        // The same chunk again and again: what memory there is, the endpoint holds.
        for (let at = 0; at < payloadBytes; at += chunk.length) client.sendBytes(chunk);
      }
      await Promise.all(clients.map((client) => client.closed()));
      for (const client of clients) client.vanish();
      await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(0));
      // What was heard of each was spent; by the next round it is earned again.
      intake.clock.advance(1_000);
    }
    clearInterval(watch);
    expect(new Set(intake.refusals)).toEqual(new Set(["packet-too-large"]));
    expect(intake.heard).toEqual([]);
    // Kept whole they would be 160 each round; what was read and let go is not collected at once.
    expect(mostMb).toBeLessThan(120);
  },
  isLong ? 300_000 : 30_000,
);

test("[IN5] a byte at a time: no CONNECT within ten seconds, no packet within its keep-alive", async () => {
  const stranger = await openRawMqtt(intake.port);
  const bytes = mqtt.generate(connectPacket("s-1", "key of s-1"), { protocolVersion: 5 });
  const device = await intake.device("s-2", { keepalive: 8 });
  const report = mqtt.generate(publishPacket("s-2", "x".repeat(100)), { protocolVersion: 5 });
  for (let second = 0; second < 9; second++) {
    stranger.sendBytes(bytes.subarray(second, second + 1));
    device.sendBytes(report.subarray(second, second + 1));
    await intake.roundTrip();
    intake.clock.advance(1_000);
  }
  expect(stranger.isClosed()).toBe(false);
  stranger.sendBytes(bytes.subarray(9, 10));
  await intake.roundTrip();
  intake.clock.advance(1_000);
  await stranger.closed();
  // Twelve seconds, one and a half times eight: those bytes were no packet.
  device.sendBytes(report.subarray(9, 10));
  await intake.roundTrip();
  expect(device.isClosed()).toBe(false);
  intake.clock.advance(2_000);
  expect((await device.next("disconnect")).reasonCode).toBe(0x8d);
  expect(intake.heard).toEqual([]);
});

test("[IN5] pings count too: who floods with them is not read", async () => {
  await intake.close();
  await intake.open({ messages: { burst: 100, perSecond: 100 } });
  const client = await intake.device();
  client.sendBytes(Buffer.alloc(2 * 4_096, Buffer.from([0xc0, 0])));
  await intake.roundTrip();
  // What one slice holds is heard, and the rest waits until that is paid for.
  expect(client.received.length).toBeLessThan(2_100);
  for (let second = 0; second < 60; second++) {
    intake.clock.advance(1_000);
    await intake.roundTrip();
  }
  expect(client.received.length).toBeGreaterThan(4_000);
});

import { assetId, epochMs } from "@pista/kernel";
import type { ISubscribePacket, Packet } from "mqtt-packet";
import { expect, test, vi } from "vitest";
import { useHeldIntake } from "../testing/held-intake.ts";
import { connectPacket, openRawMqtt } from "../testing/raw-mqtt.ts";
import type { Command } from "./command-outbox.ts";

const intake = useHeldIntake();

const subscribe = (qos: 0 | 1, more: Partial<ISubscribePacket> = {}): ISubscribePacket => ({
  cmd: "subscribe",
  messageId: 9,
  subscriptions: [{ topic: "pista/v1/s-1/command", qos }],
  ...more,
});
const unsubscribe: Packet = {
  cmd: "unsubscribe",
  messageId: 10,
  unsubscriptions: ["pista/v1/s-1/command"],
};

const command = (id: number, payload = `command ${id}`, isRepeat = false): Command => ({
  id,
  payload: Buffer.from(payload),
  expiresAtMs: epochMs(intake.clock.nowMs() + 90_500),
  isRepeat,
});

const answeredCount = (count: number): Promise<void> =>
  vi.waitFor(() => expect(intake.answered).toHaveLength(count));

test("commands go out in order, each after the last was acknowledged", async () => {
  for (const version of [4, 5] as const) {
    intake.answered = [];
    intake.commands = [command(70_000), command(70_001), command(70_002)];
    const client = await intake.device("s-1", { version });
    client.send(subscribe(1));
    await client.next("suback");
    for (const id of [70_000, 70_001, 70_002]) {
      const sent = await client.next("publish");
      expect([sent.topic, sent.payload.toString()]).toEqual([
        "pista/v1/s-1/command",
        `command ${id}`,
      ]);
      expect([sent.qos, sent.dup, sent.retain]).toEqual([1, false, false]);
      expect(sent.properties?.messageExpiryInterval).toBe(version === 5 ? 91 : undefined);
      client.send({ cmd: "pingreq" });
      await client.next("pingresp"); // In place of the next command: this one is not acknowledged.
      client.send({ cmd: "puback", messageId: Number(sent.messageId) + 1 });
      client.send({ cmd: "puback", messageId: Number(sent.messageId) });
    }
    await answeredCount(3);
    expect(intake.answered).toEqual([
      [70_000, 0],
      [70_001, 0],
      [70_002, 0],
    ]);
    client.vanish();
  }
});

test("nothing goes out before it subscribes, nor after it unsubscribes", async () => {
  intake.commands = [command(1)];
  const client = await intake.device();
  intake.endpoint.wakeCommands(assetId("s-1"));
  client.send({ cmd: "pingreq" });
  await client.next("pingresp");
  client.send(subscribe(1));
  await client.next("suback");
  client.send({ cmd: "puback", messageId: Number((await client.next("publish")).messageId) });
  await answeredCount(1);
  client.send(unsubscribe);
  await client.next("unsuback");
  intake.commands = [command(2)];
  intake.endpoint.wakeCommands(assetId("s-1"));
  client.send({ cmd: "pingreq" });
  await client.next("pingresp");
});

test("a command that was not acknowledged comes again as a repeat, with the same identifier", async () => {
  intake.commands = [command(41)];
  const first = await intake.device();
  first.send(subscribe(1));
  await first.next("suback");
  const sent = await first.next("publish");
  first.vanish();
  const second = await intake.device();
  second.send(subscribe(1));
  await second.next("suback");
  const again = await second.next("publish");
  expect([sent.dup, again.dup]).toEqual([false, true]);
  expect(again.messageId).toBe(sent.messageId);
});

test("QoS 0 is delivered when it is written, and is no repeat", async () => {
  intake.commands = [command(1, "a", true), command(2, "b")];
  const client = await intake.device();
  client.send(subscribe(0));
  await client.next("suback");
  for (const payload of ["a", "b"]) {
    const sent = await client.next("publish");
    expect([sent.payload.toString(), sent.qos, sent.dup]).toEqual([payload, 0, false]);
  }
  await answeredCount(2);
});

test("what is larger than the peer takes waits, and those after it do not wait for it", async () => {
  intake.commands = [command(1, "x".repeat(200)), command(2)];
  const client = await openRawMqtt(intake.port);
  const properties = { maximumPacketSize: 100, receiveMaximum: 1 };
  client.send(connectPacket("s-1", "key of s-1", { properties }));
  await client.next("connack");
  client.send(subscribe(1, { properties: { subscriptionIdentifier: 300 } }));
  await client.next("suback");
  const sent = await client.next("publish");
  expect(sent.payload.toString()).toBe("command 2");
  expect(sent.properties?.subscriptionIdentifier).toBe(300);
  expect(intake.refusals).toEqual(["command-over-packet-maximum"]);
  expect(intake.commands.map(({ id }) => id)).toEqual([1, 2]);
});

test("a device's own refusal is kept, and the next command follows", async () => {
  intake.commands = [command(1), command(2)];
  const client = await intake.device();
  client.send(subscribe(1));
  await client.next("suback");
  const messageId = Number((await client.next("publish")).messageId);
  client.send({ cmd: "puback", messageId, reasonCode: 0x83 });
  expect((await client.next("publish")).payload.toString()).toBe("command 2");
  expect(intake.answered).toEqual([[1, 0x83]]);
});

test("a store that fails ends the connection", async () => {
  intake.commandFault = new Error("disk");
  const client = await intake.device();
  client.send(subscribe(1));
  await client.next("suback");
  expect((await client.next("disconnect")).reasonCode).toBe(0x80);
  expect(intake.failures).toEqual([intake.commandFault]);
});

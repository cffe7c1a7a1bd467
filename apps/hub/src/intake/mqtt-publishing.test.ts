import mqtt, { type Packet } from "mqtt-packet";
import { describe, expect, test, vi } from "vitest";
import type { IntakeAnswer } from "../intake-answers.ts";
import { useHeldIntake } from "../testing/held-intake.ts";
import { openRawMqtt, publishPacket } from "../testing/raw-mqtt.ts";

const intake = useHeldIntake();

describe("publishing", () => {
  test("[IN1] PUBACK leaves only after the store has answered", async () => {
    for (const version of [4, 5] as const) {
      const client = await intake.device(`s-${version}`, { version });
      client.send(publishPacket(`s-${version}`, "report", { messageId: 7 }));
      await vi.waitFor(() => expect(intake.heard.at(-1)?.deviceId).toBe(`s-${version}`));
      client.send({ cmd: "pingreq" });
      await client.next("pingresp"); // In place of a PUBACK: nothing is durable yet.
      intake.heard.at(-1)?.answer({ kind: "stored" });
      expect((await client.next("puback")).messageId).toBe(7);
    }
  });

  test("[IN1] a store that fails ends the connection without PUBACK", async () => {
    for (const version of [4, 5] as const) {
      const client = await intake.device(`s-${version}`, { version });
      client.send(publishPacket(`s-${version}`, "report"));
      await vi.waitFor(() => expect(intake.heard.at(-1)?.deviceId).toBe(`s-${version}`));
      intake.heard.at(-1)?.fail(new Error("disk"));
      await client.closed();
      expect(client.received.map(({ cmd }) => cmd)).not.toContain("puback");
    }
    expect(intake.failures).toHaveLength(2);
  });

  test("[IN6] what cannot be read is acknowledged, with its reason in MQTT 5", async () => {
    const answer: IntakeAnswer = { kind: "quarantined", detail: "not JSON" };
    const five = await intake.device("s-5");
    five.send(publishPacket("s-5", "x"));
    await intake.heardCount(1);
    intake.heard[0]?.answer(answer);
    const puback = await five.next("puback");
    expect([puback.reasonCode, puback.properties?.reasonString]).toEqual([0x99, "not JSON"]);
    const four = await intake.device("s-4", { version: 4 });
    four.send(publishPacket("s-4", "x"));
    await intake.heardCount(2);
    intake.heard[1]?.answer(answer);
    await four.next("puback");
  });

  test("what is not permitted is refused: 0x87 in MQTT 5, no PUBACK in 3.1.1", async () => {
    const answer: IntakeAnswer = { kind: "not-permitted", detail: "trial-suspended" };
    const five = await intake.device("s-5");
    five.send(publishPacket("s-5", "x"));
    await intake.heardCount(1);
    intake.heard[0]?.answer(answer);
    expect((await five.next("puback")).reasonCode).toBe(0x87);
    const four = await intake.device("s-4", { version: 4 });
    four.send(publishPacket("s-4", "x"));
    await intake.heardCount(2);
    intake.heard[1]?.answer(answer);
    await four.closed();
    expect(four.received).toHaveLength(1);
    expect(five.isClosed()).toBe(false);
  });

  const alias = { ...publishPacket("s-1", "x"), properties: { topicAlias: 1 } } as Packet;
  test.each<[string, number, Packet]>([
    ["QoS 2", 0x9b, publishPacket("s-1", "x", { qos: 2 })],
    ["a retained message", 0x9a, publishPacket("s-1", "x", { retain: true })],
    ["a topic alias", 0x94, alias],
    ["another device's topic", 0x90, publishPacket("s-2", "x")],
    ["a command of its own", 0x90, publishPacket("s-1", "x", { topic: "pista/v1/s-1/command" })],
    ["an empty topic", 0x90, publishPacket("s-1", "x", { topic: "" })],
    ["a longer topic", 0x90, publishPacket("s-1", "x", { topic: "pista/v1/s-1/report/x" })],
    ["no such packet from a client", 0x82, { cmd: "suback", messageId: 1, granted: [0] }],
    ["an identifier of zero", 0x81, publishPacket("s-1", "x", { messageId: 0 })],
  ])("%s is closed with its reason code %i", async (_what, reason, packet) => {
    const client = await intake.device();
    client.send(packet);
    expect((await client.next("disconnect")).reasonCode).toBe(reason);
    await client.closed();
    expect(intake.heard).toEqual([]);
    expect(intake.refusals).toHaveLength(1);
  });

  test("a packet over 64 KiB is refused when it is announced, not when it has come", async () => {
    const client = await intake.device();
    client.sendBytes(Buffer.from([0x32, 0x80, 0x80, 0x04, 0, 5, 0x70]));
    expect((await client.next("disconnect")).reasonCode).toBe(0x95);
    await client.closed();
    const stranger = await openRawMqtt(intake.port);
    stranger.sendBytes(Buffer.from([0x10, 0x80, 0x80, 0x01, 0, 4]));
    await stranger.closed();
    expect(intake.refusals).toEqual(["packet-too-large", "packet-too-large"]);
  });

  test("a packet of just 64 KiB is taken in, however it is cut", async () => {
    intake.answersAtOnce = true;
    const client = await intake.device();
    const topicBytes = Buffer.byteLength("pista/v1/s-1/report");
    const payload = Buffer.alloc(65_536 - 4 - 2 - topicBytes - 2 - 1, "x");
    const bytes = mqtt.generate(publishPacket("s-1", payload), { protocolVersion: 5 });
    expect(bytes).toHaveLength(65_536);
    for (let from = 0; from < bytes.length; from += 9_999) {
      client.sendBytes(bytes.subarray(from, from + 9_999));
    }
    await client.next("puback");
    expect(intake.heard[0]?.text).toHaveLength(payload.length);
  });
});

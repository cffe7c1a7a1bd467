import fc from "fast-check";
import mqtt, { type Packet } from "mqtt-packet";
import { describe, expect, test, vi } from "vitest";
import { useHeldIntake } from "../testing/held-intake.ts";
import { connectPacket, openRawMqtt, publishPacket } from "../testing/raw-mqtt.ts";

const intake = useHeldIntake();

describe("subscribing", () => {
  test("only its own commands may be subscribed to, each refusal with its reason code", async () => {
    const topics = ["pista/v1/s-1/command", "$share/g/pista/v1/s-1/command", "#", "pista/+/s-1/x"];
    const filters = [...topics, "pista/v1/s-2/command"];
    const subscriptions = filters.map((topic) => ({ topic, qos: 2 as const }));
    const five = await intake.device();
    five.send({ cmd: "subscribe", messageId: 3, subscriptions });
    const suback = await five.next("suback");
    expect([suback.messageId, suback.granted]).toEqual([3, [1, 0x9e, 0xa2, 0xa2, 0x87]]);
    const four = await intake.device("s-4", { version: 4 });
    four.send({ cmd: "subscribe", messageId: 3, subscriptions });
    expect((await four.next("suback")).granted).toEqual(Array(5).fill(0x80));
    five.send({ cmd: "unsubscribe", messageId: 4, unsubscriptions: ["a", "b"] });
    expect((await five.next("unsuback")).granted).toEqual([0, 0]);
  });

  test.each([
    ["SUBSCRIBE without an identifier", [0x82, 0]],
    ["SUBSCRIBE cut in its identifier", [0x82, 1, 0]],
    ["SUBSCRIBE to nothing", [0x82, 3, 0, 1, 0]],
    ["UNSUBSCRIBE from nothing", [0xa2, 3, 0, 1, 0]],
    ["UNSUBSCRIBE with a stray byte", [0xa2, 4, 0, 1, 0, 0]],
    ["PUBLISH cut before its identifier", [0x32, 2, 0, 0]],
    ["a length that never ends", [0x30, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["QoS 3", [0x36, 2, 0, 0]],
    ["a reserved kind of packet", [0x00, 0]],
    ["an unknown property", [0x30, 5, 0, 0, 2, 0x7f, 0]],
  ])("%s is malformed and hurts nobody", async (_what, bytes) => {
    const client = await intake.device();
    client.sendBytes(Buffer.from(bytes));
    await client.closed();
    await intake.roundTrip();
    expect(intake.failures).toEqual([]);
  });
});

describe("bytes of strangers", () => {
  const valid = [
    connectPacket("s-1", "key of s-1"),
    publishPacket("s-1", "report"),
    { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a/b", qos: 1 }] },
    { cmd: "unsubscribe", messageId: 1, unsubscriptions: ["a/b"] },
    { cmd: "puback", messageId: 1, reasonCode: 0 },
    { cmd: "disconnect", reasonCode: 0 },
  ] satisfies Packet[];
  const whole = valid.map((packet) => mqtt.generate(packet, { protocolVersion: 5 }));

  /** Real packets with some bytes changed, cut or doubled find more than noise does. */
  const broken = fc
    .tuple(
      fc.shuffledSubarray(whole, { minLength: 1 }),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
      fc.nat(200),
    )
    .map(([packets, changes, cut]) => {
      const bytes = Buffer.concat(packets);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return bytes.subarray(0, Math.max(1, bytes.length - (cut % 20)));
    });

  test("whatever comes, before and after CONNECT, the endpoint goes on", async () => {
    intake.answersAtOnce = true;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(broken, fc.uint8Array({ minLength: 1, maxLength: 64 })),
        fc.boolean(),
        async (bytes, isKnown) => {
          const client = isKnown ? await intake.device() : await openRawMqtt(intake.port);
          client.sendBytes(bytes);
          client.vanish();
        },
      ),
      { numRuns: 400 },
    );
    await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(0), { timeout: 10_000 });
    await intake.roundTrip();
    expect(intake.failures).toEqual([]);
  });
});

import mqtt from "mqtt-packet";
import { describe, expect, test, vi } from "vitest";
import { useHeldIntake } from "../testing/held-intake.ts";
import { openRawMqtt, publishPacket, type RawMqtt } from "../testing/raw-mqtt.ts";

const intake = useHeldIntake();

describe("[IN5] budgets", () => {
  test("who is over budget is not read, and loses nothing", async () => {
    await intake.close();
    await intake.open({ messages: { burst: 10, perSecond: 10 } });
    intake.answersAtOnce = true;
    const client = await intake.device();
    const burst = (from: number, count: number): void =>
      client.sendBytes(
        Buffer.concat(
          Array.from({ length: count }, (_, index) =>
            mqtt.generate(publishPacket("s-1", `${from + index}`, { messageId: from + index }), {
              protocolVersion: 5,
            }),
          ),
        ),
      );
    burst(1, 30);
    await intake.heardCount(30);
    burst(31, 10);
    await intake.roundTrip();
    expect(intake.heard).toHaveLength(30);
    intake.clock.advance(1_999);
    await intake.roundTrip("s-again");
    expect(intake.heard).toHaveLength(30);
    intake.clock.advance(1);
    await intake.heardCount(40);
    for (let id = 1; id <= 40; id++) expect((await client.next("puback")).messageId).toBe(id);
  });

  test("while it is not read, its silence is not held against it", async () => {
    await intake.close();
    await intake.open({ messages: { burst: 1, perSecond: 0.01 } });
    intake.answersAtOnce = true;
    const client = await intake.device("s-1", { keepalive: 10 });
    client.send(publishPacket("s-1", "1"));
    client.send(publishPacket("s-1", "2"));
    await intake.heardCount(2);
    await client.next("puback");
    await client.next("puback");
    intake.clock.advance(60_000);
    await intake.roundTrip();
    expect(client.isClosed()).toBe(false);
  });

  test("a store without room stops the reading until there is room", async () => {
    let makeRoom = (): void => {};
    intake.room = new Promise((resolve) => {
      makeRoom = resolve;
    });
    const client = await intake.device();
    client.send(publishPacket("s-1", "waits"));
    await openRawMqtt(intake.port);
    await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(2));
    expect(intake.heard).toEqual([]);
    intake.room = undefined;
    makeRoom();
    await intake.heardCount(1);
  });

  test("[IN1] a device whose codec has no room is not read, and the others are", async () => {
    let makeRoom = (): void => {};
    const room = new Promise<void>((resolve) => {
      makeRoom = resolve;
    });
    intake.roomOf = (deviceId) => (deviceId === "s-1" ? room : undefined);
    const [crowded, other] = [await intake.device("s-1"), await intake.device("s-2")];
    crowded.send(publishPacket("s-1", "waits"));
    other.send(publishPacket("s-2", "passes"));
    await intake.heardCount(1);
    await intake.roundTrip();
    expect(intake.heard.map(({ text }) => text)).toEqual(["passes"]);
    intake.roomOf = () => undefined;
    makeRoom();
    await intake.heardCount(2);
  });

  test("3.1.1 with a hundred waiting is not read; MQTT 5 beyond its maximum is closed", async () => {
    const four = await intake.device("s-4", { version: 4 });
    const send = (client: RawMqtt, id: string, messageId: number): void =>
      client.send(publishPacket(id, `${messageId}`, { messageId }));
    for (let id = 1; id <= 100; id++) send(four, "s-4", id);
    await intake.heardCount(100);
    send(four, "s-4", 101);
    await intake.roundTrip();
    expect(intake.heard).toHaveLength(100);
    for (const held of intake.heard) held.answer({ kind: "stored" });
    await intake.heardCount(101);

    const five = await intake.device("s-5");
    const bytes = Array.from({ length: 101 }, (_, index) =>
      mqtt.generate(publishPacket("s-5", "x", { messageId: index + 1 }), { protocolVersion: 5 }),
    );
    five.sendBytes(Buffer.concat(bytes));
    expect((await five.next("disconnect")).reasonCode).toBe(0x93);
  });

  test("QoS 0 does not count against the Receive Maximum", async () => {
    const client = await intake.device();
    // In one slice, after which so many would not be read until some are answered.
    const bytes = Array.from({ length: 120 }, () =>
      mqtt.generate(publishPacket("s-1", "x", { qos: 0 }), { protocolVersion: 5 }),
    );
    client.sendBytes(Buffer.concat(bytes));
    await intake.heardCount(120);
    expect(client.isClosed()).toBe(false);
  });
});

import { assetId } from "@pista/kernel";
import mqtt from "mqtt-packet";
import { describe, expect, test, vi } from "vitest";
import { useHeldIntake } from "../testing/held-intake.ts";
import { connectPacket, openRawMqtt } from "../testing/raw-mqtt.ts";

const intake = useHeldIntake();

describe("connecting", () => {
  test("MQTT 5 is told what this endpoint does and does not do", async () => {
    const client = await openRawMqtt(intake.port);
    client.send(connectPacket("s-1", "key of s-1"));
    const { properties, reasonCode, sessionPresent } = await client.next("connack");
    expect([reasonCode, sessionPresent]).toEqual([0, false]);
    expect(properties).toEqual({
      maximumQoS: 1,
      retainAvailable: false,
      sharedSubscriptionAvailable: false,
      wildcardSubscriptionAvailable: false,
      topicAliasMaximum: 0,
      receiveMaximum: 100,
      maximumPacketSize: 65_536,
    });
  });

  test("a nameless client of MQTT 5 is named, and no session is promised", async () => {
    const client = await openRawMqtt(intake.port);
    const properties = { sessionExpiryInterval: 3_600 };
    client.send(connectPacket("s-1", "key of s-1", { clientId: "", properties }));
    const connack = await client.next("connack");
    expect(connack.properties).toMatchObject({
      assignedClientIdentifier: "s-1",
      sessionExpiryInterval: 0,
    });
  });

  test("a wrong key, a wrong name and no key at all are refused alike", async () => {
    for (const version of [4, 5] as const) {
      for (const [name, key] of [
        ["s-1", "wrong"],
        ["Not An Id", "key of Not An Id2"],
        ["s-1", ""],
      ] as const) {
        const client = await openRawMqtt(intake.port, version);
        client.send(connectPacket(name, key, { protocolVersion: version }));
        const { reasonCode, returnCode } = await client.next("connack");
        expect(version === 5 ? reasonCode : returnCode).toBe(version === 5 ? 0x86 : 4);
        await client.closed();
      }
    }
    expect(intake.refusals).toEqual(Array(6).fill("wrong-key"));
  });

  test("after a refusal nothing more is heard, not even the right key", async () => {
    const client = await openRawMqtt(intake.port);
    const refused = mqtt.generate(connectPacket("s-1", "wrong"), { protocolVersion: 5 });
    const right = mqtt.generate(connectPacket("s-1", "key of s-1"), { protocolVersion: 5 });
    client.sendBytes(Buffer.concat([refused, right]));
    expect((await client.next("connack")).reasonCode).toBe(0x86);
    await client.closed();
    expect(client.received).toHaveLength(1);
  });

  test.each([
    [0x8c, { properties: { authenticationMethod: "SCRAM-SHA-1" } }],
    [0x9b, { will: { topic: "t", payload: Buffer.from("w"), qos: 2 as const, retain: false } }],
    [0x9a, { will: { topic: "t", payload: Buffer.from("w"), qos: 1 as const, retain: true } }],
  ])("what it cannot do in a CONNECT of MQTT 5 is refused with %i", async (reason, more) => {
    const client = await openRawMqtt(intake.port);
    client.send(connectPacket("s-1", "key of s-1", more));
    expect((await client.next("connack")).reasonCode).toBe(reason);
    await client.closed();
  });

  test("MQTT 3.1 is told that its version is not spoken", async () => {
    const client = await openRawMqtt(intake.port, 4);
    const old = { protocolId: "MQIsdp", protocolVersion: 3 } as const;
    client.send(connectPacket("s-1", "key of s-1", old));
    expect((await client.next("connack")).returnCode).toBe(1);
    await client.closed();
  });

  test("who says nothing within ten seconds is closed, and who speaks first of else at once", async () => {
    const silent = await openRawMqtt(intake.port);
    await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(1));
    intake.clock.advance(9_999);
    await intake.roundTrip();
    expect(silent.isClosed()).toBe(false);
    intake.clock.advance(1);
    await silent.closed();
    const hasty = await openRawMqtt(intake.port);
    hasty.send({ cmd: "pingreq" });
    await hasty.closed();
    expect(intake.refusals).toEqual(["not-connected"]);
  });

  test("a second CONNECT ends the connection", async () => {
    const client = await intake.device();
    client.send(connectPacket("s-1", "key of s-1"));
    expect((await client.next("disconnect")).reasonCode).toBe(0x82);
    await client.closed();
  });

  test("a newer connection of the same device takes over", async () => {
    const older = await intake.device();
    const newer = await intake.device();
    expect((await older.next("disconnect")).reasonCode).toBe(0x8e);
    await older.closed();
    await vi.waitFor(() => expect(intake.endpoint.connectionCount()).toBe(1));
    expect(intake.endpoint.isConnected(assetId("s-1"))).toBe(true);
    newer.send({ cmd: "disconnect", reasonCode: 0 });
    await newer.closed();
    await vi.waitFor(() => expect(intake.endpoint.isConnected(assetId("s-1"))).toBe(false));
  });

  test("silence of one and a half keep-alives ends it, a ping does not", async () => {
    const client = await intake.device("s-1", { keepalive: 10 });
    intake.clock.advance(14_000);
    client.send({ cmd: "pingreq" });
    await client.next("pingresp");
    intake.clock.advance(14_999);
    await intake.roundTrip();
    expect(client.isClosed()).toBe(false);
    intake.clock.advance(1);
    expect((await client.next("disconnect")).reasonCode).toBe(0x8d);
    await client.closed();
  });

  test("a connection beyond the limit is closed", async () => {
    await intake.close();
    await intake.open({ connectionsMax: 2 });
    await intake.device("s-1");
    await intake.device("s-2");
    const third = await openRawMqtt(intake.port);
    await third.closed();
    expect(intake.refusals).toEqual(["too-many-connections"]);
  });

  test("a closing hub says so to MQTT 5", async () => {
    const client = await intake.device();
    const closed = intake.endpoint.close();
    expect((await client.next("disconnect")).reasonCode).toBe(0x8b);
    await closed;
  });
});

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createRandom, toUtf8 } from "@pista/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../system-clock.ts";
import { openTinyHub, type TinyHub } from "../testing/tiny-hub.ts";
import { createConnectionRamp } from "./connection-ramp.ts";
import { openMqttRadio, type RadioState } from "./mqtt-radio.ts";
import type { SensorRadio } from "./sensor.ts";

let hub: TinyHub;
let radio: SensorRadio | undefined;

beforeEach(async () => {
  hub = await openTinyHub();
});

afterEach(async () => {
  await radio?.close();
  hub.close();
});

function open(url = hub.url) {
  const states: RadioState[] = [];
  const waiting = new Set<() => void>();
  const opened = openMqttRadio({
    ...{ url, deviceId: "demo-sensor-0001", key: "secret", clock: systemClock },
    random: createRandom(1),
    ramp: createConnectionRamp(systemClock, 200),
    firstPauseMs: 10,
    onState(state) {
      states.push(state);
      for (const wake of waiting) wake();
    },
    onUp: () => {},
  });
  radio = opened;
  const until = async (count: number, state: RadioState["state"]): Promise<void> => {
    while (states.filter((one) => one.state === state).length < count) {
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  return { radio: opened, states, until };
}

describe("a sensor's connection", () => {
  test("introduces itself by its id and key, with a clean start, by MQTT 5", async () => {
    const { until } = open();
    await until(1, "up");
    const connect = hub.connects[0] ?? Buffer.alloc(0);
    expect(connect.toString("utf8", 2, 6)).toBe("MQTT");
    expect(connect[6]).toBe(5);
    // User name, password, clean start; no will.
    expect(connect[7]).toBe(0xc2);
    expect(connect.includes("demo-sensor-0001")).toBe(true);
    expect(connect.includes("secret")).toBe(true);
  });

  test("[IN1] a report is stored when the hub has said so", async () => {
    const opened = open();
    expect(await opened.radio.publish("t", toUtf8("early"))).toEqual({ kind: "lost" });
    await opened.until(1, "up");
    const outcome = await opened.radio.publish("pista/v1/demo-sensor-0001/report", toUtf8("{}"));
    expect(outcome).toEqual({ kind: "stored" });
    // QoS 1, neither a duplicate nor retained.
    expect([...hub.headers]).toEqual([0x32]);
    expect(hub.published).toEqual([{ topic: "pista/v1/demo-sensor-0001/report", payload: "{}" }]);
    hub.publishReason = 0x97;
    expect(await opened.radio.publish("t", toUtf8("x"))).toEqual({
      kind: "refused",
      reasonCode: 0x97,
    });
  });

  test("a connection that goes loses the report, and another one is made", async () => {
    hub.publishReason = undefined;
    const opened = open();
    await opened.until(1, "up");
    const outcome = opened.radio.publish("t", toUtf8("x"));
    while (hub.published.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const socket of hub.sockets) socket.destroy();
    expect(await outcome).toEqual({ kind: "lost" });
    await opened.until(2, "up");
    expect(hub.connects).toHaveLength(2);
  });

  test("a refusal is told with its reason code, and tried again", async () => {
    hub.connectReason = 0x87;
    const { states, until } = open();
    await until(2, "refused");
    expect(states.at(-1)).toEqual({ state: "refused", reasonCode: 0x87 });
    hub.connectReason = 0;
    await until(1, "up");
  });

  test("nobody listening is told as such", async () => {
    const closed = createServer();
    closed.listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo; // As above: it listens on TCP.
    closed.close();
    await once(closed, "close");
    const { states, until } = open(`mqtt://127.0.0.1:${port}`);
    await until(2, "unreachable");
    expect(states.at(-1)).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("closing while an answer is awaited does not wait for it", async () => {
    hub.publishReason = undefined;
    const opened = open();
    await opened.until(1, "up");
    const outcome = opened.radio.publish("t", toUtf8("x"));
    await opened.radio.close();
    expect(await outcome).toEqual({ kind: "lost" });
  });
});

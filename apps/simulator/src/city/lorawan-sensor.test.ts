import { toHex } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import type { NetworkUplink, Uplink } from "@pista/simulation";
import { expect, test } from "vitest";
import { LorawanSensor } from "./lorawan-sensor.ts";

const uplink: Uplink = {
  ...{ kind: "uplink", atMs: 0, state: "occupied", clockErrorMs: 7_200_000, delayMs: 0, copies: 1 },
  ...{ batteryPct: 91.5, temperatureC: -3.5, rssiDbm: -72, fieldMicrotesla: 40, wholeness: 1 },
};

function heardSensor(startMs?: number) {
  const clock = createManualClock(startMs);
  const heard: NetworkUplink[] = [];
  const sensor = new LorawanSensor({
    ...{ deviceId: "demo-sensor-0500", devEui: "0250495354410500", clock },
    passOn: (one) => heard.push(one),
  });
  return { clock, sensor, heard };
}

test("[IN4] it counts from 0, and the network dates it, whatever its own clock says", () => {
  const { clock, sensor, heard } = heardSensor();
  sensor.observe(uplink, 0);
  sensor.observe({ ...uplink, state: "free" }, 0);
  expect(heard.map(({ frameCounter }) => frameCounter)).toEqual([0, 1]);
  expect(heard[0]?.receivedAtMs).toBe(clock.nowMs());
  // 1, occupied, 183 half percents, -3.5 °C, 40 µT, and what they make together.
  expect(toHex(heard[0]?.payload ?? new Uint8Array())).toBe("0101b7ffdd019004");
});

test("[IN2] a late one keeps its number and its moment, and a repeated one is the same", () => {
  const { clock, sensor, heard } = heardSensor();
  const heardAtMs = clock.nowMs();
  sensor.observe({ ...uplink, copies: 2 }, 60_000);
  sensor.observe(uplink, 0);
  clock.advance(60_000);
  expect(heard.map(({ frameCounter }) => frameCounter)).toEqual([1, 0, 0]);
  expect(heard[2]).toEqual(heard[1]);
  expect(heard[1]?.receivedAtMs).toBe(heardAtMs);
});

test("[IN2] each join, also in the same second or of the next run, gives another address", () => {
  const { sensor, heard, clock } = heardSensor();
  for (let join = 0; join < 50; join++) {
    sensor.observe(uplink, 0);
    sensor.restart();
  }
  const later = heardSensor(clock.nowMs() + 60_000);
  later.sensor.observe(uplink, 0);
  const addresses = [...heard, ...later.heard].map(({ devAddr }) => devAddr);
  expect(new Set(addresses).size).toBe(51);
  for (const address of addresses) expect(address).toMatch(/^0[01][0-9a-f]{6}$/);
  expect(new Set(heard.map(({ frameCounter }) => frameCounter))).toEqual(new Set([0]));
});

test("closing forgets what is late", () => {
  const { clock, sensor, heard } = heardSensor();
  sensor.observe(uplink, 60_000);
  sensor.close();
  clock.advance(120_000);
  expect(heard).toEqual([]);
});

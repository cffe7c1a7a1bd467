import { createManualClock } from "@pista/kernel/testing";
import { createCityDay } from "@pista/simulation";
import { expect, test } from "vitest";
import { parseDeviceKeys } from "./device-keys.ts";
import { startStreet } from "./street.ts";

function observed(speedFactor: number, minutes: number): string[] {
  const clock = createManualClock();
  const seen: string[] = [];
  const sensors = new Map(
    ["demo-bay-01", "demo-bay-02"].map((bayId) => [
      bayId,
      {
        observe: (state: string) => void seen.push(`${bayId} ${state}`),
        signOfLifeAfter: () => {},
      },
    ]),
  );
  const street = startStreet({ clock, day: createCityDay(3), speedFactor, sensors });
  clock.advance(minutes * 60_000);
  street.stop();
  clock.advance(60_000);
  return seen;
}

test("the street tells each sensor what it sees, and nobody else", () => {
  const seen = observed(1, 30);
  expect(seen.slice(0, 2).map((text) => text.split(" ")[0])).toEqual([
    "demo-bay-01",
    "demo-bay-02",
  ]);
  expect(seen.length).toBeGreaterThan(20);
});

test("ten times the speed plays the same day in a tenth of the time", () => {
  expect(observed(10, 3)).toEqual(observed(1, 30));
});

test("the keys file is read whole or not at all", () => {
  const device = { deviceId: "demo-sensor-01", bayId: "demo-bay-01", key: "secret" };
  const text = (value: unknown): string => JSON.stringify(value);
  expect(parseDeviceKeys(text({ devices: [device], more: 1 }))).toEqual([device]);
  expect(parseDeviceKeys(text({ devices: [device, { ...device, key: "" }] }))).toBeUndefined();
  expect(parseDeviceKeys(text({ devices: [{ ...device, bayId: "../x" }] }))).toBeUndefined();
  expect(parseDeviceKeys(text([device]))).toBeUndefined();
  expect(parseDeviceKeys("{")).toBeUndefined();
});

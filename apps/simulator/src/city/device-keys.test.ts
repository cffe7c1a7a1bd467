import { expect, test } from "vitest";
import { parseDeviceKeys } from "./device-keys.ts";

const device = { deviceId: "demo-sensor-0001", bayId: "demo-bay-0001", key: "secret" };
const heard = { ...device, life: "night-life", door: "tts", devEui: "0250495354410001" };
const parse = (value: unknown) => parseDeviceKeys(JSON.stringify(value));

test("the keys file names each sensor's place, life and door", () => {
  expect(parse({ devices: [device], more: 1 })).toEqual({
    devices: [{ ...device, life: "offices", door: "report" }],
    hook: undefined,
  });
  const hook = { trialId: "demo-trial", secret: "s" };
  expect(parse({ devices: [heard], hook })).toEqual({ devices: [heard], hook });
});

test.each<[string, unknown]>([
  ["no devices", { devices: [] }],
  ["a list alone", [device]],
  ["an empty key", { devices: [device, { ...device, key: "" }] }],
  ["a bay that is no id", { devices: [{ ...device, bayId: "../x" }] }],
  ["a life that nobody leads", { devices: [{ ...device, life: "harbour" }] }],
  ["a door that is none", { devices: [{ ...device, door: "post" }] }],
  ["a network server's sensor without its EUI", { devices: [{ ...device, door: "tts" }] }],
  ["an EUI that is none", { devices: [{ ...heard, devEui: "70B3" }] }],
  ["a hook without a secret", { devices: [device], hook: { trialId: "t" } }],
])("it is read whole or not at all: %s", (_, value) => {
  expect(parse(value)).toBeUndefined();
});

test("what is no JSON is not read", () => expect(parseDeviceKeys("{")).toBeUndefined());

import { isId } from "@pista/kernel";
import { type StreetLife, streetLives } from "@pista/simulation";

/** By which way a sensor's messages reach the hub. */
const sensorDoors = ["report", "raw", "tts", "chirpstack"] as const;
export type SensorDoor = (typeof sensorDoors)[number];

/** What the hub gave a sensor when it was added: its name, its place and its secret. */
export type DeviceKey = {
  readonly deviceId: string;
  readonly bayId: string;
  readonly key: string;
  /** What its street lives by; offices where the file does not say. */
  readonly life: StreetLife;
} & (
  | { readonly door: "report" | "raw" }
  /** Heard by a network server, which knows it by this number. */
  | { readonly door: "tts" | "chirpstack"; readonly devEui: string }
);

/** By which network servers are let in, for the sensors of this trial. */
export type HookKey = { readonly trialId: string; readonly secret: string };

export type DemonstrationKeys = {
  readonly devices: readonly DeviceKey[];
  readonly hook: HookKey | undefined;
};

/** Well above any street that one process should play. */
const devicesMax = 10_000;

/**
 * `{"devices":[{"deviceId","bayId","key","life"?,"door"?,"devEui"?}],"hook"?:{"trialId","secret"}}`;
 * undefined when it is anything else, or empty.
 */
export function parseDeviceKeys(text: string): DemonstrationKeys | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller says which file is malformed.
  }
  if (!isRecord(value) || !Array.isArray(value.devices)) return undefined;
  const written: unknown[] = value.devices;
  if (written.length === 0 || written.length > devicesMax) return undefined;
  const devices = written.map(parseDevice);
  if (!devices.every((device) => device !== undefined)) return undefined;
  const { hook } = value;
  if (hook !== undefined && !isHookKey(hook)) return undefined;
  return { devices, hook };
}

function parseDevice(value: unknown): DeviceKey | undefined {
  if (!isRecord(value)) return undefined;
  const { deviceId, bayId, key, life = "offices", door = "report", devEui } = value;
  const isNamed = isIdText(deviceId) && isIdText(bayId) && isSecret(key);
  if (!isNamed || !isOneOf(streetLives, life) || !isOneOf(sensorDoors, door)) return undefined;
  const common = { deviceId, bayId, key, life };
  if (door === "report" || door === "raw") return { ...common, door };
  if (typeof devEui !== "string" || !/^[0-9a-f]{16}$/.test(devEui)) return undefined;
  return { ...common, door, devEui };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isIdText = (value: unknown): value is string => typeof value === "string" && isId(value);

const isSecret = (value: unknown): value is string => typeof value === "string" && value !== "";

const isOneOf = <Word>(words: readonly Word[], value: unknown): value is Word =>
  words.some((word) => word === value);

const isHookKey = (value: unknown): value is HookKey =>
  isRecord(value) && isIdText(value.trialId) && isSecret(value.secret);

import { isId } from "@pista/kernel";
import { type StreetLife, streetLives } from "@pista/simulation";

/** What the hub gave a sensor when it was added: its name, its place and its secret. */
export type DeviceKey = {
  readonly deviceId: string;
  readonly bayId: string;
  readonly key: string;
  /** What its street lives by; offices where the file does not say. */
  readonly life: StreetLife;
};

/** Well above any street that one process should play. */
const devicesMax = 10_000;

/** `{"devices":[{"deviceId","bayId","key","life"?}]}`; undefined when it is anything else, or empty. */
export function parseDeviceKeys(text: string): DeviceKey[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller says which file is malformed.
  }
  if (!isRecord(value) || !Array.isArray(value.devices)) return undefined;
  const devices: unknown[] = value.devices;
  if (devices.length === 0 || devices.length > devicesMax) return undefined;
  if (!devices.every(isDeviceKey)) return undefined;
  return devices.map(({ deviceId, bayId, key, life = "offices" }) => ({
    deviceId,
    bayId,
    key,
    life,
  }));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

type WrittenKey = Omit<DeviceKey, "life"> & Partial<Pick<DeviceKey, "life">>;

const isDeviceKey = (value: unknown): value is WrittenKey =>
  isRecord(value) &&
  typeof value.deviceId === "string" &&
  isId(value.deviceId) &&
  typeof value.bayId === "string" &&
  isId(value.bayId) &&
  typeof value.key === "string" &&
  value.key !== "" &&
  (value.life === undefined || streetLives.some((life) => life === value.life));

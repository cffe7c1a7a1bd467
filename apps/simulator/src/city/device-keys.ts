import { isId } from "@pista/kernel";

/** What the hub gave a sensor when it was added: its name, its place and its secret. */
export type DeviceKey = { readonly deviceId: string; readonly bayId: string; readonly key: string };

/** Well above any street that one process should play. */
const devicesMax = 10_000;

/** The keys file, `{"devices":[{"deviceId","bayId","key"}]}`; undefined when it is anything else. */
export function parseDeviceKeys(text: string): DeviceKey[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller says which file is malformed.
  }
  if (!isRecord(value) || !Array.isArray(value.devices)) return undefined;
  const devices: unknown[] = value.devices;
  if (devices.length > devicesMax || !devices.every(isDeviceKey)) return undefined;
  return devices.map(({ deviceId, bayId, key }) => ({ deviceId, bayId, key }));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isDeviceKey = (value: unknown): value is DeviceKey =>
  isRecord(value) &&
  typeof value.deviceId === "string" &&
  isId(value.deviceId) &&
  typeof value.bayId === "string" &&
  isId(value.bayId) &&
  typeof value.key === "string" &&
  value.key !== "";

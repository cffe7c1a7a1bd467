import {
  type Brand,
  type EpochMs,
  fail,
  fromBase64Url,
  ok,
  parseRfc3339,
  type Result,
} from "@pista/kernel";

/** A LoRaWAN device's own number (EUI-64): sixteen hexadecimal digits, lower-case. */
export type DevEui = Brand<string, "DevEui">;

/** Undefined unless the text is an EUI-64; labels and servers write it in either case. */
export const parseDevEui = (text: string): DevEui | undefined =>
  /^[0-9a-fA-F]{16}$/.test(text) ? (text.toLowerCase() as DevEui) : undefined;

/** One data frame of a device, whichever network server passed it on. */
export type LorawanUplink = {
  readonly devEui: DevEui;
  /** The name that the network server knows the device by. */
  readonly deviceName: string;
  readonly fPort: number;
  readonly frameCounter: number;
  readonly payload: Uint8Array;
  /** Another at each join, where the server tells; frame counters begin anew with it. */
  readonly session: string;
  /** The device address as a number: another at each join, the same for as long as a session. */
  readonly epoch: number;
  /** When the network received it: a sensor of this kind tells no time of its own (IN4). */
  readonly receivedAtMs: EpochMs;
  /** At the gateway that heard it best. */
  readonly rssiDbm: number | undefined;
};

export type LorawanMessage =
  | { readonly kind: "uplink"; readonly uplink: LorawanUplink }
  /** A join, a status or a frame without data: it says nothing of a bay. */
  | { readonly kind: "other" };

export type UplinkFault = {
  readonly kind: "malformed-uplink";
  /** What was wrong, and where. */
  readonly detail: string;
};

/** LoRaWAN L2 1.0.4, section 2.1: no region lets a frame carry more. */
const payloadBytesMax = 242;
/** LoRaWAN L2 1.0.4, section 4.3.2: port 0 is the network's own; 224 and above are reserved. */
const fPortMax = 223;
const uint32Max = 2 ** 32 - 1;

/**
 * The Things Stack v3, `ApplicationUp` as JSON
 * (https://www.thethingsindustries.com/docs/integrations/data-formats/). Members that are empty, 0 or
 * false are left out there, so a counter that is missing is 0.
 */
export function parseThingsStackUplink(json: unknown): Result<LorawanMessage, UplinkFault> {
  const ids = memberOf(json, "end_device_ids");
  if (!isRecord(ids)) return malformed("end_device_ids", "is not an object");
  const message = memberOf(json, "uplink_message");
  if (message === undefined) return ok({ kind: "other" });
  if (!isRecord(message)) return malformed("uplink_message", "is not an object");
  const devAddr = textOf(ids, "dev_addr");
  return readUplink({
    devEui: ["end_device_ids.dev_eui", memberOf(ids, "dev_eui")],
    deviceName: textOf(ids, "device_id"),
    fPort: ["uplink_message.f_port", memberOf(message, "f_port")],
    frameCounter: ["uplink_message.f_cnt", memberOf(message, "f_cnt")],
    payload: ["uplink_message.frm_payload", memberOf(message, "frm_payload")],
    // The network's own receipt; the message's is the application server's, a little later.
    receivedAt: [
      "uplink_message.received_at",
      memberOf(message, "received_at") ?? memberOf(json, "received_at"),
    ],
    session: textOf(message, "session_key_id") ?? devAddr ?? "",
    devAddr,
    heardBy: memberOf(message, "rx_metadata"),
  });
}

/**
 * ChirpStack v4, `UplinkEvent` as JSON
 * (https://www.chirpstack.io/docs/chirpstack/integrations/events.html). Its other events come to the
 * same address and have no `fCnt` beside `data`.
 */
export function parseChirpstackUplink(json: unknown): Result<LorawanMessage, UplinkFault> {
  const device = memberOf(json, "deviceInfo");
  if (!isRecord(device)) return malformed("deviceInfo", "is not an object");
  const isUplink = memberOf(json, "rxInfo") !== undefined || memberOf(json, "data") !== undefined;
  if (!isUplink) return ok({ kind: "other" });
  const devAddr = textOf(json, "devAddr");
  return readUplink({
    devEui: ["deviceInfo.devEui", memberOf(device, "devEui")],
    deviceName: textOf(device, "deviceName"),
    fPort: ["fPort", memberOf(json, "fPort")],
    frameCounter: ["fCnt", memberOf(json, "fCnt")],
    payload: ["data", memberOf(json, "data")],
    receivedAt: ["time", memberOf(json, "time")],
    session: devAddr ?? "",
    devAddr,
    heardBy: memberOf(json, "rxInfo"),
  });
}

/** A member as it was found, behind the path that a fault names. */
type Found = readonly [where: string, value: unknown];

type Members = {
  readonly devEui: Found;
  readonly deviceName: string | undefined;
  readonly fPort: Found;
  readonly frameCounter: Found;
  readonly payload: Found;
  readonly receivedAt: Found;
  readonly session: string;
  readonly devAddr: string | undefined;
  readonly heardBy: unknown;
};

function readUplink(members: Members): Result<LorawanMessage, UplinkFault> {
  const fPort = members.fPort[1] ?? 0;
  if (!isCount(fPort, 255)) return malformed(members.fPort[0], "is not a port");
  // Port 0, or none, carries commands of the network; without data nothing was measured.
  const hasData = members.payload[1] !== undefined && members.payload[1] !== "";
  if (fPort === 0 || fPort > fPortMax || !hasData) return ok({ kind: "other" });
  const devEui = typeof members.devEui[1] === "string" && parseDevEui(members.devEui[1]);
  if (!devEui) return malformed(members.devEui[0], "is not sixteen hexadecimal digits");
  const frameCounter = members.frameCounter[1] ?? 0;
  if (!isCount(frameCounter, uint32Max)) {
    return malformed(members.frameCounter[0], "is not a 32-bit counter");
  }
  const payload = readBase64(members.payload[1]);
  if (!payload || payload.length > payloadBytesMax) {
    return malformed(members.payload[0], `is not base64 of at most ${payloadBytesMax} bytes`);
  }
  const [where, receivedAt] = members.receivedAt;
  const receivedAtMs = typeof receivedAt === "string" ? parseRfc3339(receivedAt) : undefined;
  if (receivedAtMs === undefined || receivedAtMs < 0) {
    return malformed(where, "is not an RFC 3339 date-time from 1970 on");
  }
  const { deviceName = devEui, session, devAddr } = members;
  const epoch = /^[0-9a-fA-F]{8}$/.test(devAddr ?? "") ? Number.parseInt(devAddr ?? "", 16) : 0;
  const rssiDbm = bestRssi(members.heardBy);
  return ok({
    kind: "uplink",
    uplink: {
      ...{ devEui, deviceName, fPort, frameCounter, payload },
      ...{ session, epoch, receivedAtMs, rssiDbm },
    },
  });
}

const malformed = (where: string, what: string): Result<never, UplinkFault> =>
  fail({ kind: "malformed-uplink", detail: `${where} ${what}` });

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An own member; `null` stands for none, as some servers write it. */
const memberOf = (value: unknown, name: string): unknown =>
  isRecord(value) ? (Object.getOwnPropertyDescriptor(value, name)?.value ?? undefined) : undefined;

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === "string" && member.length <= 200 ? member : undefined;
}

const isCount = (value: unknown, max: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;

/** RFC 4648, section 4, with its padding or without. */
function readBase64(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return undefined;
  const unpadded = value.replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  return fromBase64Url(unpadded);
}

/** What no radio reports is left out: it spoils no measurement. */
function bestRssi(heardBy: unknown): number | undefined {
  if (!Array.isArray(heardBy)) return undefined;
  const levels = heardBy
    .map((gateway: unknown) => memberOf(gateway, "rssi"))
    .filter((level) => typeof level === "number")
    .filter((level) => level >= -200 && level <= 50);
  return levels.length === 0 ? undefined : levels.reduce((a, b) => Math.max(a, b));
}

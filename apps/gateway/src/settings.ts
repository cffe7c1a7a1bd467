import { isIP } from "node:net";
import { resolve } from "node:path";
import type { VehicleBounds } from "@pista/flight";
import type { EarthOrigin } from "./autopilot/earth-origin.ts";
import { GatewayError } from "./errors.ts";
import type { LocalPageSettings } from "./local-page/messages.ts";

/** Where the vehicle, or a companion, is met. */
export type VehicleAddress = {
  /** As it was written, for people. */
  readonly text: string;
  /** Which of the vehicles on that line; undefined: the first that is heard. */
  readonly systemId: number | undefined;
} & VehicleLine;

type VehicleLine =
  | { readonly kind: "udp"; readonly host: string; readonly port: number }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "serial"; readonly path: string; readonly baud: number };

/** What whoever starts the gateway decides, parsed once. */
export type Settings = {
  readonly hubUrl: URL;
  readonly vehicle: VehicleAddress;
  /** Told to a vehicle that has no satellites; undefined where it has, or is told by others. */
  readonly earthOrigin: EarthOrigin | undefined;
  /** Where a companion is met that tells where the vehicle is; undefined where there is none. */
  readonly odometry: VehicleAddress | undefined;
  /** Whether the vehicle must have no way home; where nobody says otherwise, it must not. */
  readonly isIndoors: boolean;
  /** Undefined: MAVLink is neither signed nor are signatures looked at. */
  readonly mavlinkKeyFile: string | undefined;
  /** As which MAVLink system this program speaks. */
  readonly ownSystemId: number;
  readonly directory: string;
  /** The one address WebRTC uses; undefined: every address of the machine. */
  readonly bindAddress: string | undefined;
  /** [AU4] Undefined: there is none. */
  readonly localPage: LocalPageSettings | undefined;
  /** [AU8] Undefined once the gateway is enrolled. */
  readonly enrolmentCode: string | undefined;
  /** All recordings together; beyond it the oldest go. */
  readonly recordingsBytesMax: number;
  /** [LG6] What the guard may assume of this vehicle. */
  readonly bounds: VehicleBounds;
};

/** @throws GatewayError HUB_ADDRESS_UNREADABLE */
export function parseHubUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new GatewayError(
    "HUB_ADDRESS_UNREADABLE",
    `--hub must be an http: or https: address, not ${JSON.stringify(text)}.`,
  );
}

/**
 * "udp://host:port": bind there, as a ground station does, and answer the vehicle that speaks.
 * "tcp://host:port": connect there. "serial:/dev/name:baud": open that line. "?system=2" behind any of
 * them: of several vehicles on the line, the one with this MAVLink system id.
 * @throws GatewayError VEHICLE_ADDRESS_UNREADABLE
 */
export function parseVehicleAddress(text: string, option = "--vehicle"): VehicleAddress {
  const [line = "", systemText, ...more] = text.split("?system=");
  const systemId = systemText === undefined ? undefined : Number(systemText);
  const isSystem = systemText === undefined || /^[1-9]\d{0,2}$/.test(systemText);
  const known = parseLine(line);
  if (known && isSystem && more.length === 0 && (systemId ?? 0) <= 255)
    return { ...known, systemId, text };
  throw new GatewayError(
    "VEHICLE_ADDRESS_UNREADABLE",
    `${option} must be written like udp://127.0.0.1:14550, tcp://192.0.2.7:5760 or serial:/dev/ttyACM0:921600, with ?system=2 behind it to choose a vehicle, not ${JSON.stringify(text)}.`,
  );
}

function parseLine(text: string): VehicleLine | undefined {
  const [, kind, host, portText] =
    /^(udp|tcp):\/\/(\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z.-]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(portText);
  if ((kind === "udp" || kind === "tcp") && host && port <= 65_535) {
    return { kind, host: host.replace(/^\[|\]$/g, ""), port };
  }
  const [, path, baudText] = /^serial:(\/[^\0]{1,200}):(\d{4,7})$/.exec(text) ?? [];
  return path ? { kind: "serial", path, baud: Number(baudText) } : undefined;
}

/** @throws GatewayError BIND_ADDRESS_UNREADABLE */
export function parseBindAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new GatewayError(
    "BIND_ADDRESS_UNREADABLE",
    `--bind-address must be an address of this machine, not ${JSON.stringify(text)}.`,
  );
}

/**
 * "0.0.0.0:8443", and by which certificate: without one there is no page, for it is never served bare.
 * @throws GatewayError LOCAL_PAGE_UNREADABLE
 */
export function parseLocalPage(
  address: string,
  files: { readonly certificate: string | undefined; readonly key: string | undefined },
): LocalPageSettings {
  const unreadable = (message: string) => new GatewayError("LOCAL_PAGE_UNREADABLE", message);
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z.-]+):(\d{1,5})$/.exec(address) ?? [];
  if (!host || Number(port) > 65_535) {
    const example = "--local-page must be written like 0.0.0.0:8443";
    throw unreadable(`${example}, not ${JSON.stringify(address)}.`);
  }
  const { certificate, key } = files;
  if (certificate === undefined || key === undefined)
    throw unreadable(
      "--local-page is served over TLS alone: name a certificate by --local-page-cert and its key by --local-page-key, both PEM.",
    );
  const at = { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
  return { ...at, certificateFile: resolve(certificate), keyFile: resolve(key) };
}

/**
 * "45.0703,7.6869,239": latitude and longitude in degrees, metres above the sea.
 * @throws GatewayError NUMBER_OUT_OF_RANGE
 */
export function parseEarthOrigin(text: string): EarthOrigin {
  const parts = text.split(",");
  const [latitude = "", longitude = "", altitude = ""] = parts.length === 3 ? parts : [];
  const option = "--earth-origin (LATITUDE,LONGITUDE,METRES)";
  return {
    latitudeDeg: parseNumber(option, latitude, { from: -90, to: 90 }),
    longitudeDeg: parseNumber(option, longitude, { from: -180, to: 180 }),
    altitudeM: parseNumber(option, altitude, { from: -500, to: 9_000 }),
  };
}

/** @throws GatewayError NUMBER_OUT_OF_RANGE */
export function parseNumber(
  option: string,
  text: string,
  range: { readonly from: number; readonly to: number; readonly whole?: boolean },
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const isWhole = Number.isInteger(value) || !range.whole;
  if (value >= range.from && value <= range.to && isWhole) return value;
  throw new GatewayError(
    "NUMBER_OUT_OF_RANGE",
    `${option} must be a ${range.whole ? "whole " : ""}number from ${range.from} to ${range.to}, not ${JSON.stringify(text)}.`,
  );
}

import { isIP } from "node:net";
import type { VehicleBounds } from "@pista/flight";
import { GatewayError } from "./errors.ts";

/** Where the vehicle is met. */
export type VehicleAddress = { readonly kind: "udp"; readonly host: string; readonly port: number };

/** What whoever starts the gateway decides, parsed once. */
export type Settings = {
  readonly hubUrl: URL;
  readonly vehicle: VehicleAddress;
  readonly directory: string;
  /** The one address WebRTC uses; undefined: every address of the machine. */
  readonly bindAddress: string | undefined;
  /** [AU8] Undefined once the gateway is enrolled. */
  readonly enrolmentCode: string | undefined;
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
 * "udp://host:port" means: bind there, as a ground station does, and answer the vehicle that speaks.
 * @throws GatewayError VEHICLE_TRANSPORT_UNSUPPORTED, VEHICLE_ADDRESS_UNREADABLE
 */
export function parseVehicleAddress(text: string): VehicleAddress {
  if (/^(tcp:|serial:)/.test(text)) {
    throw new GatewayError(
      "VEHICLE_TRANSPORT_UNSUPPORTED",
      `--vehicle ${text}: this version speaks MAVLink over UDP only, for instance udp://127.0.0.1:14550.`,
    );
  }
  const match = /^udp:\/\/(\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65_535) {
    throw new GatewayError(
      "VEHICLE_ADDRESS_UNREADABLE",
      `--vehicle must be written like udp://127.0.0.1:14550, not ${JSON.stringify(text)}.`,
    );
  }
  return { kind: "udp", host: match[1].replace(/^\[|\]$/g, ""), port };
}

/** @throws GatewayError BIND_ADDRESS_UNREADABLE */
export function parseBindAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new GatewayError(
    "BIND_ADDRESS_UNREADABLE",
    `--bind-address must be an address of this machine, not ${JSON.stringify(text)}.`,
  );
}

/** @throws GatewayError NUMBER_OUT_OF_RANGE */
export function parseNumber(
  option: string,
  text: string,
  range: { readonly from: number; readonly to: number },
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= range.from && value <= range.to) return value;
  throw new GatewayError(
    "NUMBER_OUT_OF_RANGE",
    `${option} must lie between ${range.from} and ${range.to}, not be ${JSON.stringify(text)}.`,
  );
}

import type { MonotonicMs } from "@pista/kernel";
import type { Address } from "@pista/mavlink";
import type { AskedMessages } from "./asked-messages.ts";
import type { Dialect } from "./dialect.ts";
import type { EarthOriginTeller } from "./earth-origin.ts";
import type { FlightGuards } from "./flight-guards.ts";
import type { ParameterNames } from "./parameter-names.ts";

/** The vehicle that is heard, as it last told of itself, and what is being asked of it. */
export type Heard = {
  readonly target: Address;
  readonly dialect: Dialect;
  armed: boolean;
  customMode: number;
  landed: boolean | undefined;
  batteryPct: number | undefined;
  yaw: { readonly rad: number; readonly atMs: MonotonicMs } | undefined;
  sigma: { readonly m: number; readonly atMs: MonotonicMs } | undefined;
  heightM: number | undefined;
  bootMs: number;
  /** When the newest position was measured, by its own clock. */
  positionBootMs: number;
  heardAtMs: MonotonicMs;
  asked: AskedMessages;
  readonly parameters: ParameterNames;
  readonly guards: FlightGuards;
  origin: EarthOriginTeller | undefined;
};

/** [LG11] One message may say what the other leaves open. */
export function hearSigma(heard: Heard, m: number | undefined, atMs: MonotonicMs): void {
  if (m !== undefined) heard.sigma = { m, atMs };
}

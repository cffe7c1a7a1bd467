import { join } from "node:path";
import type { Brand } from "@pista/kernel";
import { ownAddress } from "./autopilot/own-address.ts";
import { GatewayError } from "./errors.ts";
import {
  optionName,
  type SharedFlags,
  settingsFrom,
  type VehicleFlag,
  type VehicleFlags,
  vehicleFlags,
} from "./flags.ts";
import type { Settings, VehicleAddress } from "./settings.ts";

/** What people call one of a gateway's vehicles; a folder is named so. */
export type VehicleName = Brand<string, "VehicleName">;

/** Every value of every option, in the order in which they were written. */
export type GivenFlags = { readonly [Flag in VehicleFlag]?: readonly string[] };

export type VehiclePlan = {
  readonly name: VehicleName;
  readonly shared: SharedFlags;
  readonly flags: VehicleFlags;
  readonly settings: Settings;
};

export type GatewayPlan =
  | { readonly kind: "one"; readonly settings: Settings }
  | { readonly kind: "several"; readonly vehicles: readonly VehiclePlan[] };

/** Two processes each; beyond it another machine is the better place. */
const vehiclesMax = 16;

/** An address has a colon before anything that may be in it. */
const namedAddress = /^([^:=]*)=/;

export const hasNames = ({ vehicle = [] }: GivenFlags): boolean =>
  vehicle.some((address) => namedAddress.test(address));

/**
 * One vehicle is named by its address alone. With names there may be several: `--vehicle NAME=ADDRESS`
 * for each, and every other option of a vehicle as `NAME=VALUE`, or as `VALUE` for all.
 * @throws GatewayError whose message names the option, and the vehicle where there are several
 */
export function planGateway(shared: SharedFlags, given: GivenFlags): GatewayPlan {
  if (!hasNames(given)) {
    if ((given.vehicle?.length ?? 0) > 1) throw unnamed();
    const flags = flagsBy((flag) => given[flag]?.at(-1));
    return { kind: "one", settings: settingsFrom(shared, flags) };
  }
  const names = parseNames(given.vehicle ?? []);
  const byFlag = new Map(vehicleFlags.map((flag) => [flag, assign(flag, given, names)]));
  const vehicles = names.map((name, index): VehiclePlan => {
    const own = flagsBy((flag) => byFlag.get(flag)?.get(name) ?? byFlag.get(flag)?.get(undefined));
    // [LG10] Each another ground station: one's heartbeats must not hide that another has died.
    const flags = { ownSystem: String(ownAddress.systemId - index), ...own };
    const data = join(shared.data, "vehicles", name);
    return planVehicle(name, { ...shared, data }, flags);
  });
  refuseClashes(vehicles);
  return { kind: "several", vehicles };
}

function flagsBy(find: (flag: VehicleFlag) => string | undefined): VehicleFlags {
  const entries = vehicleFlags.map((flag) => [flag, find(flag)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function planVehicle(name: VehicleName, shared: SharedFlags, flags: VehicleFlags): VehiclePlan {
  try {
    return { name, shared, flags, settings: settingsFrom(shared, flags) };
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    throw new GatewayError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

function parseNames(addresses: readonly string[]): VehicleName[] {
  const names = addresses.map((address) => {
    const name = namedAddress.exec(address)?.[1];
    if (name === undefined) throw unnamed();
    // Small letters alone: there are file systems to which A and a are one folder.
    if (/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) return name as VehicleName; // The constructor.
    throw wrongName(
      `A vehicle's name is 1 to 32 of a-z, 0-9 and "-", and begins with no "-"; ${JSON.stringify(name)} is none.`,
    );
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw wrongName(`Two vehicles are named ${twice}.`);
  if (names.length <= vehiclesMax) return names;
  throw wrongName(`One gateway takes ${vehiclesMax} vehicles at most, not ${names.length}.`);
}

/** One option's values by the vehicles that they are for; the one for all of them by no name. */
function assign(
  flag: VehicleFlag,
  given: GivenFlags,
  names: readonly VehicleName[],
): ReadonlyMap<VehicleName | undefined, string> {
  // All codes may be in one variable of the environment, with spaces between them.
  const values = (given[flag] ?? []).flatMap((text) =>
    flag === "code" ? text.split(/\s+/).filter((word) => word !== "") : text,
  );
  const option = optionName(flag);
  const found = new Map<VehicleName | undefined, string>();
  for (const value of values) {
    const word = /^([a-z0-9][a-z0-9-]*)=/.exec(value)?.[1];
    const name = names.find((known) => known === word);
    if (word !== undefined && name === undefined)
      throw wrongName(`${option}: there is no vehicle named ${word}.`);
    if (found.has(name)) throw wrongName(`${option} is given twice for ${name ?? "all vehicles"}.`);
    found.set(name, name === undefined ? value : value.slice(name.length + 1));
  }
  if (flag === "code" && found.has(undefined))
    throw wrongName("A code enrols one vehicle's gateway: write --code NAME=CODE.");
  return found;
}

function refuseClashes(vehicles: readonly VehiclePlan[]): void {
  vehicles.forEach((one, index) => {
    for (const other of vehicles.slice(0, index)) {
      const both = `${other.name} and ${one.name}`;
      const { ownSystemId } = one.settings;
      if (ownSystemId === other.settings.ownSystemId)
        throw clash(`${both} are both told --own-system ${ownSystemId}; each needs its own.`);
      const [page, otherPage] = [one.settings.localPage, other.settings.localPage];
      if (page && page.port !== 0 && page.port === otherPage?.port)
        throw clash(`${both} both have their --local-page at port ${page.port}.`);
      const shared = linesOf(one).find((line) =>
        linesOf(other).some((its) => areOneLine(line, its)),
      );
      if (shared)
        throw clash(
          `${both} are on one line, ${shared.text}: each needs its own, if need be by a router.`,
        );
    }
  });
}

const linesOf = ({ settings: { vehicle, odometry } }: VehiclePlan): readonly VehicleAddress[] =>
  odometry ? [vehicle, odometry] : [vehicle];

/** Whether two processes cannot have both. */
function areOneLine(one: VehicleAddress, other: VehicleAddress): boolean {
  if (one.kind === "serial" && other.kind === "serial") return one.path === other.path;
  if (one.kind === "udp" && other.kind === "udp") {
    const isEvery = ({ host }: { host: string }) => host === "0.0.0.0" || host === "::";
    return one.port === other.port && (one.host === other.host || isEvery(one) || isEvery(other));
  }
  if (one.kind !== "tcp" || other.kind !== "tcp") return false;
  // A router's server takes several, who each choose another vehicle.
  const areTold = one.systemId !== undefined && other.systemId !== undefined;
  const areApart = areTold && one.systemId !== other.systemId;
  return one.port === other.port && one.host === other.host && !areApart;
}

const wrongName = (message: string): GatewayError =>
  new GatewayError("VEHICLE_NAME_UNREADABLE", message);

const unnamed = (): GatewayError =>
  wrongName(
    "Of several vehicles each needs a name: --vehicle NAME=ADDRESS, as in --vehicle hangar-1=udp://0.0.0.0:14550.",
  );

const clash = (message: string): GatewayError => new GatewayError("VEHICLES_CLASH", message);

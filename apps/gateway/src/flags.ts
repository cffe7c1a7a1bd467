import { resolve } from "node:path";
import { ownAddress } from "./autopilot/own-address.ts";
import {
  parseBindAddress,
  parseEarthOrigin,
  parseHubUrl,
  parseLocalPage,
  parseNumber,
  parseVehicleAddress,
  type Settings,
} from "./settings.ts";

/** What all vehicles of one gateway share. */
export type SharedFlags = {
  readonly data: string;
  readonly hub: string;
  readonly bindAddress?: string;
  readonly outdoors?: true;
};

const standards = {
  vehicle: "udp://127.0.0.1:14550",
  ownSystem: String(ownAddress.systemId),
  guardToMotion: "0.4",
  deceleration: "1.5",
  recordingsMb: "4096",
};

/** What may differ from vehicle to vehicle. */
export const vehicleOptions = {
  vehicle: {
    value: "<address>",
    does: "udp://HOST:PORT to listen at, tcp://HOST:PORT to connect to, or serial:/dev/NAME:BAUD; with ?system=N behind it, which of the vehicles on it",
  },
  earthOrigin: {
    value: "<latitude,longitude,metres>",
    does: "where the local frame begins, for an ArduPilot without satellites",
  },
  odometry: {
    value: "<address>",
    does: "a companion's odometry for the vehicle, met by an address like the vehicle's",
  },
  mavlinkKeyFile: {
    value: "<file>",
    does: "sign MAVLink with this key, and hear nothing unsigned",
  },
  ownSystem: {
    value: "<id>",
    does: "as which MAVLink system this program speaks; of several vehicles each one less",
  },
  code: { value: "<code>", does: "one-time enrolment code, at the first start" },
  guardToMotion: {
    value: "<seconds>",
    does: "from a set-point to the vehicle's motion (LG6)",
  },
  deceleration: { value: "<m/s2>", does: "how hard it brakes; measured in flight (LG6)" },
  localPage: {
    value: "<host:port>",
    does: "a page at the site, over TLS, on which paired browsers see the vehicle, stop it and land it",
  },
  localPageCert: { value: "<file>", does: "the local page's certificate, with its chain, PEM" },
  localPageKey: { value: "<file>", does: "the key of that certificate, PEM" },
  recordingsMb: { value: "<megabytes>", does: "room for recordings; the oldest go first" },
};

export type VehicleFlag = keyof typeof vehicleOptions;
/** One vehicle's, each as it was written. */
export type VehicleFlags = { readonly [Flag in VehicleFlag]?: string };

// Its keys are those of the table.
export const vehicleFlags = Object.keys(vehicleOptions) as readonly VehicleFlag[];

export const standardOf = (flag: VehicleFlag): string | undefined =>
  Object.entries(standards).find(([name]) => name === flag)?.[1];

/** "earthOrigin" as it is written: "--earth-origin". */
export const optionName = (flag: string): string =>
  `--${flag.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;

/** @throws GatewayError whose message names the option */
export function settingsFrom(shared: SharedFlags, given: VehicleFlags): Settings {
  const flags = { ...standards, ...given };
  const { earthOrigin, odometry, localPage } = flags;
  const { bindAddress } = shared;
  return {
    hubUrl: parseHubUrl(shared.hub),
    vehicle: parseVehicleAddress(flags.vehicle),
    earthOrigin: earthOrigin === undefined ? undefined : parseEarthOrigin(earthOrigin),
    isIndoors: shared.outdoors !== true,
    odometry: odometry === undefined ? undefined : parseVehicleAddress(odometry, "--odometry"),
    mavlinkKeyFile: flags.mavlinkKeyFile,
    ownSystemId: parseNumber("--own-system", flags.ownSystem, { from: 1, to: 255, whole: true }),
    directory: resolve(shared.data),
    bindAddress: bindAddress === undefined ? undefined : parseBindAddress(bindAddress),
    localPage:
      localPage === undefined
        ? undefined
        : parseLocalPage(localPage, { certificate: flags.localPageCert, key: flags.localPageKey }),
    enrolmentCode: flags.code,
    recordingsBytesMax:
      parseNumber("--recordings-mb", flags.recordingsMb, { from: 256, to: 10_000_000 }) * 1e6,
    bounds: {
      guardToMotionS: parseNumber("--guard-to-motion", flags.guardToMotion, { from: 0, to: 5 }),
      decelerationMps2: parseNumber("--deceleration", flags.deceleration, { from: 0.1, to: 20 }),
    },
  };
}

/** The same as a command line, but for the code: whoever lists processes would read it there. */
export function argumentsFrom(shared: SharedFlags, flags: VehicleFlags): string[] {
  const { code: _, ...listed } = flags;
  return Object.entries({ ...shared, ...listed }).flatMap(([flag, value]) =>
    value === true ? [optionName(flag)] : [optionName(flag), value],
  );
}

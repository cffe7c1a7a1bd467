import { resolve } from "node:path";
import { Command, Option } from "commander";
import { composeGateway } from "./compose.ts";
import { GatewayError } from "./errors.ts";
import { createGatewayLog } from "./log.ts";
import {
  parseBindAddress,
  parseEarthOrigin,
  parseHubUrl,
  parseNumber,
  parseVehicleAddress,
  type Settings,
} from "./settings.ts";
import { systemClock } from "./system-clock.ts";

type Flags = {
  readonly hub: string;
  readonly vehicle: string;
  readonly earthOrigin?: string;
  readonly mavlinkKeyFile?: string;
  readonly data: string;
  readonly bindAddress?: string;
  readonly code?: string;
  readonly guardToMotion: string;
  readonly deceleration: string;
  readonly recordingsMb: string;
};

/**
 * `npx pista gateway`: the program at the site, beside the drone. Resolves when it has ended.
 * @param argv what follows the word "gateway".
 */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("pista gateway")
    .description("Stands between remote pilots and one vehicle, at the site")
    .requiredOption("--data <directory>", "where its key, its enrolment and its records are kept")
    .option("--hub <url>", "the hub's address", "http://127.0.0.1:8080")
    .option(
      "--vehicle <address>",
      "udp://HOST:PORT to listen at, tcp://HOST:PORT to connect to, or serial:/dev/NAME:BAUD",
      "udp://127.0.0.1:14550",
    )
    .option(
      "--earth-origin <latitude,longitude,metres>",
      "where the local frame begins, for an ArduPilot without satellites",
    )
    .option("--mavlink-key-file <file>", "sign MAVLink with this key, and hear nothing unsigned")
    .option("--bind-address <ip>", "the one address for WebRTC (default: all of this machine)")
    .addOption(
      new Option("--code <code>", "one-time enrolment code, at the first start").env(
        "PISTA_GATEWAY_CODE",
      ),
    )
    .option("--guard-to-motion <seconds>", "from a set-point to the vehicle's motion (LG6)", "0.4")
    .option("--deceleration <m/s2>", "what the vehicle's brake test showed (LG6)", "1.5")
    .option("--recordings-mb <megabytes>", "room for recordings; the oldest go first", "4096")
    .action((flags: Flags) => runUntilAsked(flags));
  await program.parseAsync([...argv], { from: "user" });
}

async function runUntilAsked(flags: Flags): Promise<void> {
  const { log, flush } = createGatewayLog(process.env.PISTA_LOG ?? "info", "pilotage");
  try {
    const end = whenAsked();
    const gateway = await composeGateway(settingsFrom(flags), { clock: systemClock, log });
    const by = await end;
    log.info({ by }, "ending");
    await gateway.end();
  } catch (error) {
    const message = error instanceof GatewayError ? error.message : "the gateway broke";
    log.fatal({ err: error }, message);
    process.exitCode = 1;
  } finally {
    flush();
  }
}

function settingsFrom(flags: Flags): Settings {
  return {
    hubUrl: parseHubUrl(flags.hub),
    vehicle: parseVehicleAddress(flags.vehicle),
    earthOrigin: flags.earthOrigin === undefined ? undefined : parseEarthOrigin(flags.earthOrigin),
    mavlinkKeyFile: flags.mavlinkKeyFile,
    directory: resolve(flags.data),
    bindAddress: flags.bindAddress === undefined ? undefined : parseBindAddress(flags.bindAddress),
    enrolmentCode: flags.code,
    recordingsBytesMax:
      parseNumber("--recordings-mb", flags.recordingsMb, { from: 256, to: 10_000_000 }) * 1e6,
    bounds: {
      guardToMotionS: parseNumber("--guard-to-motion", flags.guardToMotion, { from: 0, to: 5 }),
      decelerationMps2: parseNumber("--deceleration", flags.deceleration, { from: 0.1, to: 20 }),
    },
  };
}

/** A signal; or, for whoever started this program to go with it, the end of its standard input. */
function whenAsked(): Promise<string> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
    if (process.env.PISTA_EXIT_WITH_PARENT !== "1") return;
    process.stdin.once("end", () => resolve("end of standard input"));
    process.stdin.once("error", () => resolve("end of standard input"));
    process.stdin.resume();
    // Waiting for its end must not keep a program alive that failed to start.
    if ("unref" in process.stdin && typeof process.stdin.unref === "function")
      process.stdin.unref();
  });
}

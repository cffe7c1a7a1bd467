import { readFile } from "node:fs/promises";
import { type OdometryProfile, odometryLike, odometryProfiles } from "@pista/simulation";
import { Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import { type DemonstrationKeys, parseDeviceKeys } from "./city/device-keys.ts";
import { composeDrone, type Running } from "./compose.ts";
import { composeCity } from "./compose-city.ts";
import { parseUdpPeer, type UdpPeer } from "./drone/drone-socket.ts";
import { SimulatorError } from "./errors.ts";
import { processEnd } from "./process-end.ts";
import { systemClock } from "./system-clock.ts";

/** `npx pista simulate`: the simulated drone and city, as real devices on the real protocols. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("pista simulate").description(
    "The simulated drone and city, as real devices on the real protocols",
  );
  program
    .command("drone")
    .description("A quadrotor in a hall, by MAVLink 2 over UDP, behaving as ArduPilot Copter does")
    .requiredOption("--to <url>", "where the gateway listens: udp://127.0.0.1:14550", udpPeer)
    .option("--seed <number>", "of the hall's air", wholeNumber, 1)
    .option(
      "--safety-port <port>",
      "port on the loopback for the safety pilot's switch",
      wholeNumber,
    )
    .addOption(
      new Option("--odometry <profile>", "how its indoor positioning errs")
        .choices(Object.keys(odometryProfiles))
        .default("mild"),
    )
    .option(
      "--odometry-jump-at <seconds>",
      "its place jumps by half a metre, so long after the start",
      notNegative,
    )
    .option("--odometry-stop-at <seconds>", "it falls silent for good", notNegative)
    .addOption(speedOption())
    .action((options: DroneFlags) =>
      runUntilAsked("drone", (parts) =>
        composeDrone(
          {
            peer: options.to,
            odometry: odometryOf(options),
            seed: options.seed,
            safetyPort: options.safetyPort,
            speedFactor: options.speed,
          },
          parts,
        ),
      ),
    );
  program
    .command("city")
    .description(
      "A demonstration city, all invented, whose bay sensors report to the hub by MQTT and LoRaWAN",
    )
    .requiredOption("--hub <url>", "the hub's device endpoint: mqtt://127.0.0.1:1883", mqttUrl)
    .option("--web <url>", "the hub itself, for LoRaWAN sensors: http://127.0.0.1:8080", httpUrl)
    .requiredOption("--keys <file>", "JSON that the hub writes: demo-devices.json in its data")
    .option("--sensors <number>", "so many of the file's, from its first", sensorCount)
    .option("--seed <number>", "of the day's arrivals and departures", wholeNumber, 1)
    .option("--speed <factor>", "how much faster than life", cityFactor, 1)
    .action(async (options: CityFlags) => {
      const { hub: hubUrl, web: webUrl, seed, speed: speedFactor } = options;
      try {
        const { devices, hook } = await readDeviceKeys(options.keys);
        const keys = { devices: devices.slice(0, options.sensors), hook };
        await runUntilAsked("city", async (parts) =>
          composeCity({ hubUrl, webUrl, keys, seed, speedFactor }, parts),
        );
      } catch (fault) {
        if (!(fault instanceof SimulatorError)) throw fault;
        program.error(`pista simulate city: ${fault.message} (${fault.code})`, { exitCode: 1 });
      }
    });
  await program.parseAsync([...argv], { from: "user" });
}

type DroneFlags = {
  to: UdpPeer;
  seed: number;
  safetyPort?: number;
  odometry: keyof typeof odometryProfiles;
  odometryJumpAt?: number;
  odometryStopAt?: number;
  speed: number;
};

function odometryOf(flags: DroneFlags): OdometryProfile {
  const ms = (timeS: number | undefined) => (timeS === undefined ? undefined : timeS * 1_000);
  return odometryLike(flags.odometry, {
    jumpAtMs: ms(flags.odometryJumpAt),
    stopAtMs: ms(flags.odometryStopAt),
  });
}

type CityFlags = {
  hub: string;
  web?: string;
  keys: string;
  sensors?: number;
  seed: number;
  speed: number;
};

const speedOption = (): Option =>
  new Option("--speed <factor>", "how much faster than life").argParser(factor).default(1);

const log = () => pino({ name: "simulate" }, pino.destination(2));

async function runUntilAsked(
  what: string,
  compose: (parts: { clock: typeof systemClock; log: ReturnType<typeof log> }) => Promise<Running>,
): Promise<void> {
  const logger = log().child({ what });
  const end = processEnd();
  const running = await compose({ clock: systemClock, log: logger });
  logger.info({ by: await end }, "ending");
  await running.close();
}

async function readDeviceKeys(path: string): Promise<DemonstrationKeys> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new SimulatorError("KEYS_FILE_UNREADABLE", `cannot read ${path}`, { cause });
  }
  const keys = parseDeviceKeys(text);
  if (!keys) throw new SimulatorError("KEYS_FILE_MALFORMED", `${path} holds no device keys`);
  return keys;
}

function mqttUrl(text: string): string {
  if (!/^mqtts?:\/\/[^/]+\/?$/.test(text)) {
    throw new InvalidArgumentError("It reads mqtt://HOST:PORT or mqtts://HOST:PORT.");
  }
  return text;
}

function httpUrl(text: string): string {
  if (!/^https?:\/\/[^/]+\/?$/.test(text)) {
    throw new InvalidArgumentError("It reads http://HOST:PORT or https://HOST:PORT.");
  }
  return text.replace(/\/$/, "");
}

function udpPeer(text: string): UdpPeer {
  const peer = parseUdpPeer(text);
  if (!peer) throw new InvalidArgumentError("It reads udp://HOST:PORT.");
  return peer;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError("It is a whole number from 0.");
  }
  return value;
}

function notNegative(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("It is a number from 0.");
  }
  return value;
}

function sensorCount(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("It is a whole number from 1.");
  return value;
}

/** Slower than life, signs of life would come too late for their bays to stay known (BS2). */
function cityFactor(text: string): number {
  const value = factor(text);
  if (value < 1) throw new InvalidArgumentError("It is from 1 to 100.");
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 100)) throw new InvalidArgumentError("It is from 0.1 to 100.");
  return value;
}

import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { Logger } from "pino";
import type { Gateway } from "./compose.ts";
import { composeFleet } from "./compose-fleet.ts";
import { exitCodeOf, GatewayError, wordsOf } from "./errors.ts";
import { optionName, type SharedFlags, standardOf, vehicleFlags, vehicleOptions } from "./flags.ts";
import { drawNextKey } from "./hub/gateway-key.ts";
import { createGatewayLog } from "./log.ts";
import { systemClock } from "./system-clock.ts";
import { type GivenFlags, hasNames, planGateway } from "./vehicle-plans.ts";

const landingLookMs = 200;
const closedInput = "end of standard input";

/**
 * `npx pista gateway`: the program at the site, beside the drone. Resolves when it has ended.
 * @param argv what follows the word "gateway".
 */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("pista gateway")
    .description("Stands between remote pilots and their vehicles, at the site")
    .requiredOption("--data <directory>", "where its key, its enrolment and its records are kept")
    .option("--hub <url>", "the hub's address", "http://127.0.0.1:8080")
    .option("--outdoors", "let the vehicles' own failsafes return home: there are satellites")
    .option("--bind-address <ip>", "the one address for WebRTC (default: all of this machine)")
    .addHelpText("after", severalVehicles)
    .action((flags: SharedFlags & GivenFlags) => runUntilAsked(flags));
  for (const flag of vehicleFlags) {
    const { value, does } = vehicleOptions[flag];
    const standard = standardOf(flag);
    const option = new Option(
      `${optionName(flag)} ${value}`,
      standard === undefined ? does : `${does} (default: ${JSON.stringify(standard)})`,
    ).argParser((text: string, before: readonly string[] = []) => [...before, text]);
    program.addOption(flag === "code" ? option.env("PISTA_GATEWAY_CODE") : option);
  }
  program
    .command("rotate-key")
    .usage("--data <directory>")
    .description("Draw another key, which the gateway shows its hub from its next start on")
    .action((_own, command: Command) => rotateKey(command.optsWithGlobals<SharedFlags>()));
  await program.parseAsync([...argv], { from: "user" });
}

const severalVehicles = `
Several vehicles are each given a name, and are then each flown by processes of their own:

  --vehicle hangar-1=udp://0.0.0.0:14550 --vehicle hangar-2=tcp://192.0.2.7:5760

So is every option from --vehicle on: NAME=VALUE is for that one, VALUE for all but --code, which
is always for one. Codes may all be in PISTA_GATEWAY_CODE, "hangar-1=CODE hangar-2=CODE".`;

async function runUntilAsked({
  data,
  hub,
  bindAddress,
  outdoors,
  ...given
}: SharedFlags & GivenFlags): Promise<void> {
  const shared = {
    ...{ data, hub },
    ...(bindAddress !== undefined && { bindAddress }),
    ...(outdoors && { outdoors }),
  };
  const part = hasNames(given) ? "fleet" : "pilotage";
  const { log, say } = createGatewayLog(process.env.PISTA_LOG ?? "info", part);
  try {
    const signal = whenSignalled();
    const alone = whenAlone();
    const gateway = await start(shared, given, log);
    let by = await Promise.race([signal, alone]);
    const mayFlyOn = process.env.PISTA_EXIT_WITH_PARENT === "landed" && by === closedInput;
    if (mayFlyOn && gateway.isFlying) {
      log.warn("whoever started this is gone: it flies on, and ends with the landing");
      by = await Promise.race([signal, whenLanded(gateway)]);
    }
    log.info({ by }, "ending");
    await gateway.end();
  } catch (error) {
    const isRefusal = error instanceof GatewayError;
    const message = isRefusal ? wordsOf(error) : "the gateway broke";
    log.fatal({ err: error }, message);
    // The log is for machines: the last line is for whoever sits at the terminal.
    if (isRefusal) say(plainly(error));
    process.exitCode = exitCodeOf(error);
  }
}

function plainly(error: GatewayError): string {
  const vehicle = process.env.PISTA_GATEWAY_VEHICLE;
  return `pista gateway${vehicle ? ` ${vehicle}` : ""}: ${error.code}: ${wordsOf(error)}`;
}

async function rotateKey({ data }: SharedFlags): Promise<void> {
  try {
    const { publicKeyHex } = await drawNextKey(resolve(data));
    process.stdout.write(`new key  ${publicKeyHex}\nStart the gateway again to have it pinned.\n`);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    process.stderr.write(`${plainly(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

async function start(shared: SharedFlags, given: GivenFlags, log: Logger): Promise<Gateway> {
  const plan = planGateway(shared, given);
  const surroundings = { clock: systemClock, log };
  if (plan.kind === "several") return composeFleet({ ...shared, ...plan }, surroundings);
  // Loaded on demand: a process that flies nothing itself is a third smaller without it.
  const { composeGateway } = await import("./compose.ts");
  return composeGateway(plan.settings, surroundings);
}

const whenSignalled = (): Promise<string> =>
  new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
  });

/**
 * For whoever started this program to go with it: the end of its standard input. PISTA_EXIT_WITH_PARENT
 * is "1" for an end at once, and "landed" for one that lands nobody's flight (LG10).
 */
function whenAlone(): Promise<string> {
  return new Promise((resolve) => {
    if (!["1", "landed"].includes(process.env.PISTA_EXIT_WITH_PARENT ?? "")) return;
    process.stdin.once("end", () => resolve(closedInput));
    process.stdin.once("error", () => resolve(closedInput));
    process.stdin.resume();
    // Waiting for its end must not keep a program alive that failed to start.
    if ("unref" in process.stdin && typeof process.stdin.unref === "function")
      process.stdin.unref();
  });
}

/** Or out of earshot for as long as it takes to be lost: then its own time-outs act (LG10). */
const whenLanded = (gateway: Gateway): Promise<string> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (gateway.isFlying) systemClock.after(landingLookMs, look);
      else resolve("the landing");
    };
    look();
  });

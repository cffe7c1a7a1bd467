import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { type Logger, pino } from "pino";
import type { Hub } from "../compose.ts";
import { type KeptChild, keepChild } from "../demonstration/child-process.ts";
import { demonstrationPlans } from "../demonstration/plans.ts";
import { HubError } from "../errors.ts";
import type { OpenHub } from "../open-hub.ts";
import { type HubOptions, type HubSettings, readSettings } from "../settings.ts";
import { systemClock } from "../system-clock.ts";
import { gatewayCode } from "../use-cases/gateways.ts";
import { readDemonstrationAccounts } from "../use-cases/seed-demonstration.ts";
import { openComposedHub } from "./open-composed-hub.ts";
import { removeOperatorFile, writeOperatorFile } from "./operator-file.ts";

/** The command of the house, by which the hub starts its demonstration beside it. */
const pistaProgram = fileURLToPath(new URL("../../../../bin/pista.js", import.meta.url));

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("Run the city's server")
    .option("--host <address>", "where to listen (PISTA_HOST; 127.0.0.1)")
    .option("--port <port>", "HTTP port (PISTA_PORT; 8080)")
    .option("--mqtt-port <port>", "MQTT port (PISTA_MQTT_PORT; 1883)")
    .option("--data <directory>", "where data, keys and accounts are kept (PISTA_DATA; pista-data)")
    .option("--no-demo", "start without the demonstration city (PISTA_DEMO=0)")
    .option("--tls-cert <file>", "certificate chain, PEM")
    .option("--tls-key <file>", "its key, PEM")
    .option("--behind-proxy", "a proxy in front ends TLS and sets X-Forwarded-*")
    .option(
      "--feed-turin-car-parks <url>",
      "poll Turin's 5T car parks there (PISTA_FEED_TURIN_CAR_PARKS)",
    )
    .option(
      "--feeds-may-reach-private",
      "feeds may be in private networks (PISTA_FEEDS_MAY_REACH_PRIVATE)",
    )
    .option("--keep-reports-days <days>", "then they are removed (PISTA_KEEP_REPORTS_DAYS; 90)")
    .option("--new-keys", "draw lost keys anew, which voids what was made with them")
    .action(serve);
}

async function serve(options: HubOptions): Promise<void> {
  const settings = readSettings(options, process.env);
  const log = pino({ level: process.env.PISTA_LOG ?? "info" }, pino.destination({ dest: 2 }));
  const hub = await openComposedHub(settings, log);
  const { open } = hub;
  const ports = await listen(hub, settings);
  const url = `${settings.tls ? "https" : "http"}://${bracketed(settings.host)}:${ports.port}`;
  const { directory } = open.database;
  let children: readonly KeptChild[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await hub.close();
    await removeOperatorFile(directory);
  };
  try {
    await writeOperatorFile(directory, {
      url,
      token: hub.operatorToken,
      ...(settings.tls ? { certificate: settings.tls.certificateFile } : {}),
    });
    if (open.demonstration) children = await startDemonstration(settings, open, ports, log);
    // Before the greeting, for whoever has read it may stop the hub.
    leaveOnSignal(log, close);
    await greet(url, ports.mqttPort, open, hub);
  } catch (cause) {
    await close();
    throw cause;
  }
}

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

async function listen(
  hub: Hub,
  settings: HubSettings,
): Promise<{ port: number; mqttPort: number }> {
  try {
    return await hub.listen();
  } catch (cause) {
    await hub.close();
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!isTaken) throw cause;
    throw new HubError(
      "HUB_PORT_TAKEN",
      `Port ${settings.port} (HTTP) or ${settings.mqttPort} (MQTT) of ${settings.host} is in use. Give others with --port and --mqtt-port.`,
      { cause },
    );
  }
}

async function startDemonstration(
  settings: HubSettings,
  open: OpenHub,
  ports: { port: number; mqttPort: number },
  log: Logger,
): Promise<readonly KeptChild[]> {
  const plans = await demonstrationPlans({
    program: pistaProgram,
    host: bracketed(settings.host),
    ...ports,
    certificateFile: settings.tls?.certificateFile,
    dataDirectory: open.database.directory,
    devicesFile: open.demonstration?.devicesFile ?? "",
    gatewayCode: await gatewayCode(open.context, open.registry, "demo-drone"),
  });
  return plans.map((plan) =>
    keepChild(plan, systemClock, (line) => log.warn(line, "A demonstration program has ended")),
  );
}

/** What whoever started it wants to know first. On standard output; the log goes to the other. */
async function greet(url: string, mqttPort: number, open: OpenHub, hub: Hub): Promise<void> {
  const lines = [`Pista runs at ${url} (devices: MQTT on port ${mqttPort})`];
  if (!hub.consoleIsBuilt) lines.push("The console is not built: run `npm run build`.");
  if (open.demonstration) {
    lines.push("", "Demonstration city: nothing in it is real. Accounts, for this machine only:");
    for (const { email, password, roles } of await readDemonstrationAccounts(
      open.database.directory,
    )) {
      lines.push(`  ${email.padEnd(24)} ${password}   ${roles.join(", ")}`);
    }
  } else {
    lines.push("The first account: npx pista admin add EMAIL");
  }
  lines.push("", "Ctrl+C stops it.");
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** First signal: in order. Second: at once, for whoever does not want to wait. */
function leaveOnSignal(log: Logger, close: () => Promise<void>): void {
  let leaving = false;
  const leave = (signal: NodeJS.Signals): void => {
    if (leaving) process.exit(1);
    leaving = true;
    log.info({ signal }, "The hub stops");
    close().then(
      () => process.exit(0),
      (cause) => {
        log.error({ err: cause }, "The hub did not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
}

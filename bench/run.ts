import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { measureBroker } from "./broker-row.ts";
import { measureFlood } from "./flood-row.ts";
import { measureGuard } from "./guard-row.ts";
import { measureIntake } from "./intake-row.ts";
import { measureLive } from "./live-row.ts";
import { measureMavlink } from "./mavlink-row.ts";
import { measureMillionBays } from "./million-bays-row.ts";
import { measurePilotage } from "./pilotage-row.ts";
import { measureRevocation } from "./revocation-row.ts";
import { measureSoak } from "./soak-row.ts";

/** Seconds for each row; 60 is what the figures in docs/BENCH.md are measured with. */
const forS = Number(process.env.PISTA_BENCH_S ?? "60");
const soakMinutes = Number(process.env.PISTA_BENCH_SOAK_MINUTES ?? "60");

const versionOf = (part: string): string => {
  const path = new URL(`../node_modules/${part}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version; // npm wrote it.
};

const machine = {
  at: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.version,
  pglite: versionOf("@electric-sql/pglite"),
  loadBefore: loadavg()[0],
};
console.log(machine);

const shortS = Math.min(forS, 30);
const measures: Readonly<Record<string, () => Promise<object>>> = {
  intake: () => measureIntake("embedded", 50, forS),
  "intake-500": () => measureIntake("embedded", 500, forS),
  "intake-server": () => measureIntake("server", 50, forS),
  broker: () => measureBroker(50, Math.min(forS, 20)),
  "live-1000": () => measureLive(1_000, shortS),
  "live-10000": () => measureLive(10_000, shortS),
  "live-watchers": () => measureLive(1_000, shortS, { watchers: 500, watched: 10 }),
  "million-bays": () => measureMillionBays(shortS),
  "flood-mqtt": () => measureFlood("MQTT connection", Math.min(forS, 20)),
  "flood-hook": () => measureFlood("hook secret", Math.min(forS, 20)),
  mavlink: () => measureMavlink(Math.min(forS, 5)),
  guard: () => measureGuard(Math.min(forS, 10)),
  pilotage: () => measurePilotage(shortS),
  revocation: () => measureRevocation(10),
  soak: () => measureSoak(soakMinutes),
};

/** Rows by name, for whoever works on one of them; all of them but the soak where none is named. */
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in measures));
if (unknown.length > 0) {
  throw new Error(`No such row: ${unknown}. There are ${Object.keys(measures).join(", ")}.`);
}
const rows = [];
for (const [name, measure] of Object.entries(measures)) {
  if (asked.length === 0 ? name === "soak" : !asked.includes(name)) continue;
  const row = await measure();
  console.log(row);
  rows.push(row);
}

const directory = fileURLToPath(new URL(".results", import.meta.url));
mkdirSync(directory, { recursive: true });
const file = `${directory}/${machine.at.replaceAll(":", "-")}.json`;
writeFileSync(file, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
console.log(`Kept in ${file}`);

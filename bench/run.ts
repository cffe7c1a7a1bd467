import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { measureFlood } from "./flood-row.ts";
import { measureIntake } from "./intake-row.ts";
import { measureLive } from "./live-row.ts";
import { measureMillionBays } from "./million-bays-row.ts";

/** Seconds for each row; 60 is what the figures in docs/BENCH.md are measured with. */
const forS = Number(process.env.PISTA_BENCH_S ?? "60");

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

const rows = [];
for (const measure of [
  () => measureIntake(forS),
  () => measureLive(1_000, Math.min(forS, 30)),
  () => measureLive(10_000, Math.min(forS, 30)),
  () => measureLive(1_000, Math.min(forS, 30), { watchers: 500, watched: 10 }),
  () => measureMillionBays(Math.min(forS, 30)),
  () => measureFlood("MQTT connection", Math.min(forS, 10)),
  () => measureFlood("hook secret", Math.min(forS, 10)),
]) {
  const row = await measure();
  console.log(row);
  rows.push(row);
}

const directory = fileURLToPath(new URL(".results", import.meta.url));
mkdirSync(directory, { recursive: true });
const file = `${directory}/${machine.at.replaceAll(":", "-")}.json`;
writeFileSync(file, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
console.log(`Kept in ${file}`);

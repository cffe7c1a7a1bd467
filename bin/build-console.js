#!/usr/bin/env node
// Builds the console where it is missing or older than its sources, so that one command is enough.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = `${root}apps/console`;
const stamp = `${directory}/dist/.sources`;

/** Whatever the page is built from; a package's test does not change the page. */
const inputs = ["apps/console", "packages"]
  .flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true }).map((entry) => ({
      entry,
      path: `${entry.parentPath}/${entry.name}`,
    })),
  )
  .filter(
    ({ entry, path }) =>
      entry.isFile() &&
      !/\/(dist|node_modules|\.types)\//.test(path) &&
      !/\.test\.tsx?$/.test(path),
  )
  .map(({ path }) => path)
  .concat(`${root}package-lock.json`)
  .sort();

const hash = createHash("sha256");
for (const path of inputs) hash.update(path.slice(root.length)).update(readFileSync(path));
const digest = hash.digest("hex");

const isFresh = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
if (!isFresh) {
  process.stderr.write("Building the console, which takes some seconds.\n");
  const { build } = await import("vite");
  await build({ root: directory, configFile: `${directory}/vite.config.ts`, logLevel: "warn" });
  writeFileSync(stamp, digest);
}

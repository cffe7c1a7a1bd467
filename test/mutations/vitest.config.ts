import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { guardMutations } from "./guard-mutations.ts";

/** The tests of the guard, over a guard with one fault: its number is in PISTA_MUTATION. */
const mutation = guardMutations[Number(process.env.PISTA_MUTATION)];
if (!mutation) throw new Error("PISTA_MUTATION names no mutation of test/mutations.");
const { file, from, to } = mutation;
const path = fileURLToPath(new URL(`../../packages/flight/src/${file}`, import.meta.url));
if (readFileSync(path, "utf8").split(from).length !== 2) {
  throw new Error(`${file} does not contain exactly once: ${from}`);
}

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  plugins: [
    {
      name: "one-fault",
      enforce: "pre",
      transform: (code, id) =>
        id.split("?")[0] === path ? code.replace(from, () => to) : undefined,
    },
  ],
  test: {
    include: ["packages/flight/src/**/*.test.ts", "packages/simulation/src/storm/storm.test.ts"],
    bail: 1,
    testTimeout: 60_000,
  },
});

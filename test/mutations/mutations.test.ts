import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { readSource, root } from "../source-files.ts";
import { guardMutations } from "./guard-mutations.ts";

const vitest = `${root}/node_modules/vitest/vitest.mjs`;
const config = `${root}/test/mutations/vitest.config.ts`;

async function survives(index: number): Promise<boolean> {
  const env = { ...process.env, PISTA_MUTATION: String(index), PISTA_TEST_LONG: "" };
  const args = [vitest, "run", "--config", config, "--reporter", "dot"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  const [status] = await once(child, "exit");
  // A fault is caught by a test that fails, not by a run that could not begin.
  if (status !== 0 && !/Tests .*failed/.test(said)) throw new Error(said);
  return status === 0;
}

test("each fault stands for a place in the guard as it is", () => {
  for (const { file, from, what } of guardMutations) {
    const places = readSource(`packages/flight/src/${file}`).split(from).length - 1;
    expect(places, what).toBe(1);
  }
  expect(guardMutations.length).toBeGreaterThanOrEqual(40);
});

/** Each runs all tests of the guard, so that all of them take minutes: the first stands for them. */
const tried = guardMutations.slice(0, process.env.PISTA_TEST_LONG ? undefined : 1);

describe("a guard with one fault is caught:", () => {
  test.each(tried.map((mutation, index) => ({ ...mutation, index })))(
    "[$rule] $what",
    async ({ index }) => expect(await survives(index)).toBe(false),
    180_000,
  );
});

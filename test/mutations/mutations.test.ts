import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, describe, expect, test } from "vitest";
import { readSource, root } from "../source-files.ts";
import { guardMutations } from "./guard-mutations.ts";

const vitest = `${root}/node_modules/vitest/vitest.mjs`;
const config = `${root}/test/mutations/vitest.config.ts`;
/** The guard's own tests take seconds; the storms, two minutes, are for what those let pass. */
const suites = ["packages/flight", "packages/simulation"];
const suiteMsMax = 600_000;

/** The first test that fails over the guard with this fault; undefined where all pass. */
async function catcherOf(index: number): Promise<string | undefined> {
  for (const suite of suites) {
    const catcher = await catcherIn(suite, index);
    if (catcher) return catcher;
  }
  return undefined;
}

async function catcherIn(suite: string, index: number): Promise<string | undefined> {
  // The tests in their short form: 1,000 storms, not 20,000.
  const { PISTA_TEST_LONG: _, ...inherited } = process.env;
  const env = { ...inherited, PISTA_MUTATION: String(index), NO_COLOR: "1" };
  const args = [vitest, "run", suite, "--config", config, "--reporter", "dot"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: suiteMsMax,
  });
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  const [status] = await once(child, "exit");
  if (status === 0) return undefined;
  const catcher = /^ *FAIL +(\S+ > .+)$/m.exec(said)?.[1];
  // A fault is caught by a test that fails, not by a run that could not begin.
  if (!catcher || !/Tests .*failed/.test(said)) throw new Error(said);
  const [file = "", ...names] = catcher.split(" > ");
  return `\`${file.split("/").at(-1)}\` ${names.at(-1)}`;
}

test("each fault stands for a place in the guard as it is", () => {
  for (const { file, from, what } of guardMutations) {
    const places = readSource(`packages/flight/src/${file}`).split(from).length - 1;
    expect(places, what).toBe(1);
  }
  expect(guardMutations.length).toBeGreaterThanOrEqual(40);
});

const isLong = Boolean(process.env.PISTA_TEST_LONG);

/** Each runs all tests of the guard, so that all of them take minutes: the first stands for them. */
const tried = guardMutations.slice(0, isLong ? undefined : 1);

describe("a guard with one fault is caught:", () => {
  const table: string[] = [];
  test.each(tried.map(({ rule, what }, index) => [rule, what, index] as const))(
    "[%s] %s",
    async (rule, what, index) => {
      const catcher = await catcherOf(index);
      table.push(`| ${rule} | ${what} | ${catcher ?? "**nothing**"} |`);
      expect(catcher).toBeDefined();
    },
    suites.length * suiteMsMax,
  );
  afterAll(() => {
    const caught = table.filter((row) => !row.includes("**nothing**")).length;
    const head = `${caught} of ${table.length} faults are caught\n\n| rule | fault | caught first by |`;
    if (isLong) process.stdout.write(`${[head, "| --- | --- | --- |", ...table].join("\n")}\n`);
  });
});

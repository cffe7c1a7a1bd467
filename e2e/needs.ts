import { existsSync } from "node:fs";

const mayNotSkip = process.env.PISTA_TEST_REQUIRE === "all";

/**
 * Whether a test that needs something of the machine runs. Where the thing is missing it is skipped
 * with one line that says so, unless skipping is forbidden: then it runs, and fails.
 */
export function isThere(what: string, paths: readonly string[]): boolean {
  if (paths.some((path) => existsSync(path)) || mayNotSkip) return true;
  process.stderr.write(`Skipped: ${what} is not installed (${paths.join(" or ")}).\n`);
  return false;
}

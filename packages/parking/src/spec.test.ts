import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const numbersIn = (text: string, pattern: RegExp): Set<string> =>
  new Set(Array.from(text.matchAll(pattern), ([, number = ""]) => number));

const spec = readFileSync(`${folder}../SPEC.md`, "utf8");
const rules = numbersIn(spec, /^- \*\*((?:BS|IN|IV|OC|RM)\d+)\*\*/gm);
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && path !== "spec.test.ts")
  .map((path) => readFileSync(`${folder}${path}`, "utf8"))
  .join("\n");
const quoted = numbersIn(tests, /\[((?:BS|IN|IV|OC|RM)\d+)\]/g);

test("every rule of SPEC.md is quoted by a test, and every quoted rule stands there", () => {
  expect(rules.size).toBe(17);
  expect([...rules].filter((rule) => !quoted.has(rule))).toEqual([]);
  expect([...quoted].filter((rule) => !rules.has(rule))).toEqual([]);
});

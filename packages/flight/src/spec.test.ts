import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const spec = readFileSync(`${folder}../SPEC.md`, "utf8");
const numbersIn = (text: string, pattern: RegExp): Set<string> =>
  new Set(Array.from(text.matchAll(pattern), ([, number = ""]) => number));

const rules = numbersIn(spec, /^- \*\*((?:AU|LG)\d+)\*\*/gm);
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && path !== "spec.test.ts")
  .map((path) => readFileSync(`${folder}${path}`, "utf8"))
  .join("\n");
const quoted = numbersIn(tests, /\[((?:AU|LG)\d+)\]/g);

test("every rule of SPEC.md is quoted by a test, and every quoted rule stands there", () => {
  expect(rules.size).toBeGreaterThan(10);
  expect([...rules].filter((rule) => !quoted.has(rule))).toEqual([]);
  expect([...quoted].filter((rule) => !rules.has(rule))).toEqual([]);
});

test("every test file that SPEC.md names is there, and quotes the rule it is named for", () => {
  for (const line of spec.split("\n").filter((text) => text.startsWith("- **"))) {
    const rule = /^- \*\*(\w+)\*\*/.exec(line)?.[1] ?? "";
    const named = Array.from(line.matchAll(/`([a-z-]+\.test\.ts)`/g), ([, name = ""]) => name);
    expect(named.length, line).toBeGreaterThan(0);
    for (const name of named) {
      expect(existsSync(`${folder}${name}`), name).toBe(true);
      expect(readFileSync(`${folder}${name}`, "utf8"), name).toContain(`[${rule}]`);
    }
  }
});

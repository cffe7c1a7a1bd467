import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readSource, root } from "./source-files.ts";

const document = readSource("docs/SAFETY.md");
const rules = [
  ...Array.from({ length: 8 }, (_, index) => `AU${index + 1}`),
  ...Array.from({ length: 11 }, (_, index) => `LG${index + 1}`),
];

type Shown = { readonly path: string; readonly title: string };

/** A test's file in back quotes, and after it one title or more in double quotes. */
function testsIn(text: string): Shown[] {
  const found = text.matchAll(/`([\w./-]+\.test\.tsx?)`((?:[,\s]+"[^"]+")+)/g);
  return Array.from(found).flatMap(([, path = "", titles = ""]) =>
    Array.from(titles.matchAll(/"([^"]+)"/g), ([, title = ""]) => ({ path, title })),
  );
}

test("every test that docs/SAFETY.md names is there", () => {
  const named = testsIn(document);
  expect(named.length).toBeGreaterThan(30);
  const files = Array.from(document.matchAll(/`([\w./-]+\.test\.tsx?)`/g), ([, path = ""]) => path);
  expect(files.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
  expect(named.filter(({ path, title }) => !readSource(path).includes(`"${title}"`))).toEqual([]);
});

test("docs/SAFETY.md shows every rule by a test whose file quotes it", () => {
  const unshown = rules.filter((rule) => {
    const row = document.split("\n").find((line) => line.startsWith(`| ${rule} |`)) ?? "";
    const shown = testsIn(row);
    return shown.length === 0 || !shown.every(({ path }) => readSource(path).includes(`[${rule}]`));
  });
  expect(unshown).toEqual([]);
});

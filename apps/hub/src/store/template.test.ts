import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresMajor } from "./engine.ts";
import { ensureTemplate } from "./template.ts";
import { startChild } from "./testing/child-process.ts";
import { createTestDirectories } from "./testing/test-directories.ts";

const directories = createTestDirectories();
afterAll(() => directories.removeAll(), 120_000);

let cacheDirectory = "";
let answers: (string | undefined)[] = [];
let template = "";

beforeAll(async () => {
  cacheDirectory = join(directories.make(), "cache");
  const makers = [1, 2].map(() => startChild("template-process.ts", cacheDirectory));
  answers = await Promise.all(makers.map((maker) => maker.nextLine()));
  template = await ensureTemplate({ cacheDirectory, onProgress: () => {} });
}, 180_000);

test("two processes that make the template at once both get it, and it is made once", () => {
  expect(answers.toSorted()).toEqual([`made ${template}`, `waited ${template}`]);
  expect(readdirSync(cacheDirectory).filter((name) => name !== ".lock")).toHaveLength(1);
});

test("the template names PGlite's version and holds a closed database of its PostgreSQL", () => {
  expect(template).toMatch(/\/pglite-\d+\.\d+\.\d+-\d+$/);
  expect(readFileSync(join(template, "PG_VERSION"), "utf8").trim()).toBe(String(postgresMajor));
  expect(existsSync(join(template, "postmaster.pid"))).toBe(false);
});

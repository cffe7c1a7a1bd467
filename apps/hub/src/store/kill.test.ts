import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "@pista/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbeddedDatabase } from "./embedded-database.ts";
import { ensureTemplate } from "./template.ts";
import { startChild } from "./testing/child-process.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const killCount = process.env.PISTA_TEST_LONG ? 20 : 3;

const directories = createTestDirectories();
beforeAll(async () => {
  await ensureTemplate({ cacheDirectory: testTemplateCache, onProgress: () => {} });
}, 180_000);
afterAll(() => directories.removeAll(), 120_000);

async function readBatches(directory: string): Promise<Map<number, number>> {
  const database = await openEmbeddedDatabase({ directory, templateCache: testTemplateCache });
  try {
    const sql = "select batch, count(*) from report group by batch";
    const { rows } = await database.query(sql, []);
    return new Map(rows.map(({ batch, count }) => [Number(batch), Number(count)]));
  } finally {
    await database.close();
  }
}

test(`[IN1] ${killCount} kills in the middle of writing lose no acknowledged row`, async () => {
  const random = createRandom(20);
  const directory = directories.make();
  const acknowledged = new Map<number, number>();
  for (let kill = 0; kill < killCount; kill++) {
    const writer = startChild("writer-process.ts", directory);
    const first = await writer.nextLine();
    expect(first, "the writer acknowledged something").toBeDefined();
    // The moment of the kill is the test's input; nothing is hoped to have happened by then.
    await delay(random.between(0, 400));
    for (const line of [first ?? "", ...(await writer.kill())]) {
      const [batch, size] = line.split(" ").map(Number);
      acknowledged.set(batch ?? Number.NaN, size ?? Number.NaN);
    }
    const stored = await readBatches(directory);
    const lost = [...acknowledged].filter(([batch, size]) => stored.get(batch) !== size);
    expect(lost, `after kill ${kill + 1}`).toEqual([]);
    const sizes = [...stored].filter(([batch, count]) => [1, 10, 100][batch % 3] !== count);
    expect(sizes, "no batch is torn").toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(killCount);
}, 300_000);

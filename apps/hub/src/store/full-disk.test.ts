import { join } from "node:path";
import { createRandom } from "@pista/kernel";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DurableFileSystem } from "./durable-file-system.ts";
import { copyTreeDurably } from "./durable-files.ts";
import { type Engine, startEngine } from "./engine.ts";
import { ensureTemplate } from "./template.ts";
import { createFullDisk, type FullDisk } from "./testing/full-disk.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const seedsThatOnceFailed: readonly number[] = [];
const seedCount = process.env.PISTA_TEST_LONG ? 40 : 2;
const seeds = [
  ...seedsThatOnceFailed,
  ...Array.from({ length: seedCount }, (_, index) => index + 1),
];

const directories = createTestDirectories();
let template = "";
let disk: FullDisk;
beforeAll(async () => {
  template = await ensureTemplate({ cacheDirectory: testTemplateCache, onProgress: () => {} });
}, 180_000);
beforeEach(() => {
  disk = createFullDisk();
});
afterEach(() => disk.restore());
afterAll(() => directories.removeAll(), 120_000);

/** Ends it as the database's thread does: at once, and nobody asks it again. */
type Opened = { readonly engine: Engine; readonly hasEnded: () => boolean };

async function open(directory: string): Promise<Opened> {
  let hasEnded = false;
  const fileSystem = new DurableFileSystem(directory, (cause) => {
    hasEnded = true;
    throw cause;
  });
  return { engine: await startEngine(fileSystem), hasEnded: () => hasEnded };
}

const insert = (engine: Engine, batch: number, size: number) =>
  engine.query(
    "insert into report select $1, item, repeat('x', 400) from generate_series(1, $2) item",
    [batch, size],
  );

/** Fills the disk for some batches and answers with what was acknowledged and what was said. */
async function runIntoFullDisk(directory: string, seed: number, leftBytes: number) {
  const random = createRandom(seed);
  let { engine, hasEnded } = await open(directory);
  await engine.query("create table report (batch int, item int, note text)", []);
  const [fullFrom, fullFor] = [3 + random.integer(20), 1 + random.integer(20)];
  const acknowledged = new Map<number, number>();
  const [causes, ends]: [string[], number[]] = [[], []];
  for (let batch = 0; batch < batchCount; batch++) {
    const isFull = batch >= fullFrom && batch < fullFrom + fullFor;
    // A segment of the log that is at its end: the next one has to be made.
    if (batch === fullFrom && leftBytes > 0) await engine.query("select pg_switch_wal()", []);
    if (batch === fullFrom) disk.fill(leftBytes);
    if (!isFull) disk.empty();
    const size = 200 + random.integer(2_000);
    try {
      await insert(engine, batch, size);
      acknowledged.set(batch, size);
    } catch (cause) {
      causes.push(reasonOf(cause));
      if (!hasEnded()) continue;
      // Whoever keeps the hub starts it again, in vain until there is room.
      ends.push(batch);
      disk.empty();
      ({ engine, hasEnded } = await open(directory));
    }
  }
  return { engine, acknowledged, causes, ends };
}

const reasonOf = (fault: unknown): string =>
  String(fault instanceof Error && fault.cause ? fault.cause : fault);

const batchCount = 60;

describe("[IN1] a full disk", () => {
  test.each([
    ["where a table cannot grow: it goes on", 0],
    ["where the log cannot: it ends, and starts again", 8_000_000],
  ])(
    "%s when there is room, and nothing acknowledged is lost",
    async (_, leftBytes) => {
      for (const seed of seeds) {
        const directory = join(directories.make(), "database");
        await copyTreeDurably(template, directory);
        const run = await runIntoFullDisk(directory, seed, leftBytes);
        const { engine, acknowledged, causes, ends } = run;
        expect(causes[0]).toMatch(/No space left on device|PANIC/);
        expect(ends.length).toBe(leftBytes > 0 ? 1 : 0);
        const sql = "select batch, count(*) from report group by batch";
        const stored = new Map(
          (await engine.query(sql, [])).rows.map((row) => [Number(row.batch), Number(row.count)]),
        );
        const lost = [...acknowledged].filter(([batch, size]) => stored.get(batch) !== size);
        expect([seed, lost]).toEqual([seed, []]);
        expect(acknowledged.has(batchCount - 1)).toBe(true);
        await engine.close();
      }
    },
    30_000 + seedCount * 15_000,
  );
});

import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
const rounds = process.env.PISTA_TEST_LONG ? 30 : 3;
let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openEmbeddedDatabase({
    directory: directories.make(),
    templateCache: testTemplateCache,
    checkpointEveryWalBytes: 500_000,
  });
  for (const statement of [
    "create table entry (id int primary key, note text)",
    "create table twin (id int primary key references entry, note text)",
    "create table total (entries int not null)",
    "insert into total values (0)",
  ]) {
    await database.query(statement, []);
  }
}, 180_000);
afterAll(async () => {
  await database.close();
  directories.removeAll();
}, 120_000);

let written = 0;

/** What a commit changes in three tables, the third of which is one row that is written over. */
async function write(): Promise<void> {
  const connection = await database.reserve();
  try {
    const next = written + 1;
    await connection.query("begin", []);
    await connection.query("insert into entry values ($1, repeat('x', 2000))", [next]);
    await connection.query("insert into twin values ($1, repeat('y', 2000))", [next]);
    await connection.query("update total set entries = $1", [next]);
    await connection.query("commit", []);
    written = next;
  } finally {
    connection.release();
  }
}

async function writeUntil(isOver: () => boolean): Promise<void> {
  for (let turn = 0; !isOver(); turn++) {
    await write();
    if (turn % 40 !== 0) continue;
    await database.query("create table passing as select * from entry limit 100", []);
    await database.query("drop table passing", []);
    // A new file of the log makes a checkpoint due, which would throw the older ones away.
    await database.query("select pg_switch_wal()", []);
  }
}

test(
  "a snapshot under load is one moment, after all that was stored when it was asked for",
  async () => {
    for (let round = 0; round < rounds; round++) {
      let isOver = false;
      const writing = writeUntil(() => isOver);
      while (written < (round + 1) * 100) await new Promise((resolve) => setTimeout(resolve, 10));
      const before = written;
      const snapshot = await database.snapshot();
      const ask = async (sql: string) =>
        Object.values((await snapshot.query(sql, [])).rows[0] ?? {});
      const [entries] = await ask("select entries from total");
      expect(Number(entries)).toBeGreaterThanOrEqual(before);
      expect(await ask("select count(*), max(id) from entry")).toEqual([entries, entries]);
      expect(await ask("select count(*), max(id) from twin")).toEqual([entries, entries]);
      // The same by the index alone, which the log must have mended as well.
      await snapshot.query("set local enable_seqscan = off", []);
      expect(await ask("select count(*) from entry where id > 0")).toEqual([entries]);
      isOver = true;
      await writing;
      expect(written).toBeGreaterThan(before);
      await snapshot.close();
    }
    expect(readdirSync(database.directory)).not.toContain("database.copy");
    const { checkpoints } = await database.stats();
    expect(checkpoints).toBeGreaterThan(0);
  },
  60_000 + rounds * 20_000,
);

import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Kysely, sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { writeArchive } from "./archive-writer.ts";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database.ts";
import { createSqlDialect } from "./kysely-dialect.ts";
import { type Migration, migrate } from "./migrations.ts";
import { restoreArchive } from "./restore.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
afterAll(() => directories.removeAll(), 120_000);

/** What a schema may bring that the archive must not need to be told of. */
const steps: readonly Migration[] = [
  {
    name: "0001-everything",
    up: async (transaction) => {
      for (const statement of [
        `create table "Odd ""name""" (id bigint generated always as identity primary key, parent bigint
          references "Odd ""name""", leader text, twice bigint generated always as (id * 2) stored)`,
        `create table crew (name text primary key, boss bigint references "Odd ""name""", body jsonb,
          bytes bytea, texts text[], small real, number double precision, exact numeric, at timestamptz)`,
        `alter table "Odd ""name""" add constraint led foreign key (leader) references crew`,
        "create table day (at timestamptz not null, note text) partition by range (at)",
        "create table day_rest partition of day default",
        "insert into day values ('2020-01-01', 'put in by the step')",
      ]) {
        await sql.raw(statement).execute(transaction);
      }
    },
  },
];

const openIn = (directory: string): Promise<EmbeddedDatabase> =>
  openEmbeddedDatabase({ directory, templateCache: testTemplateCache });

const questions = [
  `select * from "Odd ""name""" order by id`,
  "select *, extract(epoch from at)::text as moment, number::text as digits from crew order by name",
  "select tableoid::regclass::text as part, at, note from day order by at",
];
const answersOf = async (database: EmbeddedDatabase) =>
  Promise.all(questions.map(async (question) => (await database.query(question, [])).rows));

test("whatever is in the tables comes back, with their circles, partitions and numbers", async () => {
  const source = await openIn(directories.make());
  await migrate(new Kysely({ dialect: createSqlDialect(source) }), steps);
  const odd = `insert into "Odd ""name""" (parent) values`;
  for (const statement of [
    "create table day_first partition of day for values from ('2026-01-01') to ('2026-01-02')",
    "insert into day values ('2026-01-01 12:00Z', 'in'), ('2027-01-01 12:00Z', 'out')",
    `${odd} (null)`,
    `${odd} (1)`,
    String.raw`insert into crew values ('a', 2, '{"n": 1.10, "deep": [null, "\u2028 \" è"]}', '\x00ff0a',
      array['x,"y"', null], 0.1, 1e-310, 12345678901234567890.10, '2026-03-29 01:30:00.123456Z')`,
    "insert into crew (name, number, at) values (E'line\\nbreak', 'NaN', 'infinity')",
    `update "Odd ""name""" set leader = 'a', parent = 2 where id = 1`,
  ]) {
    await source.query(statement, []);
  }
  const file = join(directories.make(), "archive");
  const snapshot = await source.snapshot();
  const createdAt = new Date("2026-01-01T00:00:00Z");
  const lines = writeArchive({ snapshot, directory: source.directory, createdAt });
  await pipeline(Readable.from(lines), createGzip(), createWriteStream(file));
  await snapshot.close();

  const directory = join(directories.make(), "restored");
  const options = { file, directory, databaseUrl: undefined, steps, onProgress() {} };
  const summary = await restoreArchive({ ...options, templateCache: testTemplateCache });
  expect(summary.rows).toEqual({ 'Odd "name"': 2, crew: 2, day: 3 });
  const restored = await openIn(directory);
  expect(await answersOf(restored)).toEqual(await answersOf(source));
  // New rows go on after the last number, and what referred to rows still must.
  const { rows } = await restored.query(`${odd} (2) returning id`, []);
  expect(rows).toEqual([{ id: 3 }]);
  await expect(restored.query(`${odd} (99)`, [])).rejects.toMatchObject({ sqlState: "23503" });
  await restored.close();
  await source.close();

  const unknown = restoreArchive({ ...options, steps: [], templateCache: testTemplateCache });
  await expect(unknown).rejects.toMatchObject({ code: "STORE_NEWER" });
}, 120_000);

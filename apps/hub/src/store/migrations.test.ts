import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database.ts";
import { createEmbeddedDialect } from "./kysely-dialect.ts";
import { type Migration, migrate } from "./migrations.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
let database: EmbeddedDatabase;
let db: Kysely<unknown>;

beforeAll(async () => {
  const directory = directories.make();
  database = await openEmbeddedDatabase({ directory, templateCache: testTemplateCache });
  db = new Kysely({ dialect: createEmbeddedDialect(database) });
}, 180_000);
beforeEach(async () => {
  await database.query("drop schema public cascade", []);
  await database.query("create schema public", []);
});
afterAll(async () => {
  await database.close();
  directories.removeAll();
}, 120_000);

const bays: Migration = {
  name: "0001-bays",
  up: async (transaction) => {
    await transaction.schema.createTable("bay").addColumn("id", "integer").execute();
  },
};
const names: Migration = {
  name: "0002-names",
  up: async (transaction) => {
    await sql`alter table bay add column name text`.execute(transaction);
  },
};
const broken: Migration = {
  name: "0002-broken",
  up: async (transaction) => {
    await sql`create table half (id int)`.execute(transaction);
    await sql`alter table nowhere add column name text`.execute(transaction);
  },
};

test("each step is taken once, in order", async () => {
  expect(await migrate(db, [bays])).toEqual({ applied: ["0001-bays"] });
  expect(await migrate(db, [bays, names])).toEqual({ applied: ["0002-names"] });
  expect(await migrate(db, [bays, names])).toEqual({ applied: [] });
  await database.query("insert into bay values (1, 'A1')", []);
});

test("two that migrate at once take each step once", async () => {
  const reports = await Promise.all([migrate(db, [bays, names]), migrate(db, [bays, names])]);
  expect(reports.flatMap(({ applied }) => applied).toSorted()).toEqual(["0001-bays", "0002-names"]);
});

test("a step that fails leaves nothing of itself, and says which it was", async () => {
  await expect(migrate(db, [bays, broken])).rejects.toMatchObject({
    code: "STORE_MIGRATION_FAILED",
    details: { migration: "0002-broken" },
    cause: { sqlState: "42P01" },
  });
  const { rows } = await database.query("select to_regclass('half') as half", []);
  expect(rows).toEqual([{ half: null }]);
  expect(await migrate(db, [bays, names])).toEqual({ applied: ["0002-names"] });
});

test("a database of a newer program is refused and left as it is", async () => {
  await migrate(db, [bays, names]);
  for (const known of [[bays], []]) {
    await expect(migrate(db, known)).rejects.toMatchObject({ code: "STORE_NEWER" });
  }
  await expect(migrate(db, [bays, broken])).rejects.toMatchObject({
    code: "STORE_NEWER",
    details: { unknownMigrations: ["0002-names"] },
  });
});

test("names that are out of order are refused before anything is done", async () => {
  await expect(migrate(db, [names, bays])).rejects.toMatchObject({
    code: "STORE_MIGRATION_FAILED",
    details: { migration: "0002-names" },
  });
  const { rows } = await database.query("select to_regclass('schema_migration') as found", []);
  expect(rows).toEqual([{ found: null }]);
});

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database.ts";
import type { StoreError } from "./errors.ts";
import { ensureTemplate } from "./template.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

/** A start takes a second; on a machine with much else to do it may take many. */
vi.setConfig({ testTimeout: 60_000 });

const templateCache = testTemplateCache;
const directories = createTestDirectories();
beforeAll(async () => {
  await ensureTemplate({ cacheDirectory: templateCache, onProgress: () => {} });
}, 180_000);
afterAll(() => directories.removeAll(), 120_000);

describe("an open database", () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await openEmbeddedDatabase({ directory: directories.make(), templateCache });
    await database.query("create table bay (id bigint primary key, name text not null)", []);
  }, 60_000);
  afterAll(() => database.close(), 60_000);

  test("[IN1] every commit is synced, and a question is not", async () => {
    for (let id = 1; id <= 20; id++) {
      const before = await database.stats();
      await database.query("insert into bay values ($1, 'x')", [id]);
      const after = await database.stats();
      expect(after.fileSyncs).toBeGreaterThan(before.fileSyncs);
    }
    const before = await database.stats();
    await database.query("select * from bay", []);
    expect(await database.stats()).toMatchObject({
      fileSyncs: before.fileSyncs,
      queries: before.queries + 1,
    });
  });

  test("values arrive as the contract of SqlConnection says", async () => {
    const { rows } = await database.query(
      `select 9007199254740991::int8 as whole, 9007199254740993::int8 as huge, 1.50::numeric as exact,
         '{"a":[1]}'::jsonb as document, '\\x00ff'::bytea as bytes, null::text as nothing,
         '2026-03-29T01:30:00Z'::timestamptz as moment, array[1,2]::int8[] as several`,
      [],
    );
    expect(rows).toEqual([
      {
        whole: 9007199254740991,
        huge: 9007199254740993n,
        exact: "1.50",
        document: { a: [1] },
        bytes: Uint8Array.of(0, 255),
        nothing: null,
        moment: new Date("2026-03-29T01:30:00Z"),
        several: [1, 2],
      },
    ]);
  });

  test("changes are counted, questions change nothing", async () => {
    const changed = await database.query("update bay set name = 'y' where id <= 5", []);
    expect(changed).toMatchObject({ affectedRows: 5, command: "UPDATE" });
    const asked = await database.query("select id from bay", []);
    expect(asked).toMatchObject({ affectedRows: 0, command: "SELECT" });
  });

  test.each([
    ["insert into bay values (1, 'again')", "23505", "bay_pkey"],
    ["insert into bay (id) values (99)", "23502", undefined],
    ["select * from nowhere", "42P01", undefined],
    ["select 1 / 0", "22012", undefined],
    ["select $1::int", "22P02", undefined],
    ["select 1; select 2", "42601", undefined],
  ])(
    "%s is refused with its SQLSTATE, and the database goes on",
    async (sql, state, constraint) => {
      const parameters = sql.includes("$1") ? ["no number"] : [];
      await expect(database.query(sql, parameters)).rejects.toMatchObject({
        name: "QueryError",
        code: "STORE_QUERY_FAILED",
        sqlState: state,
        constraint,
      });
      expect((await database.query("select 1 as one", [])).rows).toEqual([{ one: 1 }]);
    },
  );

  test("the values of a refused statement are in no message", async () => {
    const sql = "insert into bay values ($1, $2)";
    await expect(database.query(sql, [1, "AB123CD"])).rejects.toSatisfy(
      (error: StoreError) => error.message.includes(sql) && !error.message.includes("AB123CD"),
    );
  });

  test("overlapping reservations can be excluded by the database", async () => {
    await database.query("create extension if not exists btree_gist", []);
    await database.query(
      "create table slot (hall int, span tstzrange, exclude using gist (hall with =, span with &&))",
      [],
    );
    const insert = "insert into slot values (1, tstzrange($1, $2))";
    await database.query(insert, ["2026-01-01T10:00Z", "2026-01-01T12:00Z"]);
    await expect(
      database.query(insert, ["2026-01-01T11:00Z", "2026-01-01T13:00Z"]),
    ).rejects.toMatchObject({ sqlState: "23P01" });
  });

  test("a query outside a reservation waits for it", async () => {
    const reserved = await database.reserve();
    await reserved.query("begin", []);
    await reserved.query("insert into bay values (1000, 'mine')", []);
    const outside = database.query("select count(*) from bay where id = 1000", []);
    await reserved.query("rollback", []);
    reserved.release();
    expect((await outside).rows).toEqual([{ count: 0 }]);
  });
});

describe("starting and ending", () => {
  test("what was written is there after closing and opening", async () => {
    const directory = directories.make();
    const progress: string[] = [];
    const onProgress = (text: string): number => progress.push(text);
    const first = await openEmbeddedDatabase({ directory, templateCache, onProgress });
    expect(progress.join(" ")).toMatch(/Copying.*Starting/);
    await first.query("create table bay (id int)", []);
    await first.query("insert into bay values (7)", []);
    await expect(openEmbeddedDatabase({ directory, templateCache })).rejects.toMatchObject({
      code: "STORE_LOCKED",
    });
    await Promise.all([first.close(), first.close()]);
    await expect(first.query("select 1", [])).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await expect(first.stats()).rejects.toMatchObject({ code: "STORE_CLOSED" });
    const second = await openEmbeddedDatabase({ directory, templateCache });
    expect((await second.query("select id from bay", [])).rows).toEqual([{ id: 7 }]);
    await second.close();
  });

  test("a copy that was cut off is made again", async () => {
    const directory = directories.make();
    const { close } = await openEmbeddedDatabase({ directory, templateCache });
    await close();
    rmSync(join(directory, "database"), { recursive: true });
    mkdirSync(join(directory, "database.tmp"));
    writeFileSync(join(directory, "database.tmp", "PG_VERSION"), "18");
    await (await openEmbeddedDatabase({ directory, templateCache })).close();
    expect(existsSync(join(directory, "database.tmp"))).toBe(false);
  });

  test("a database of another PostgreSQL is refused, and the directory let go", async () => {
    const directory = directories.make();
    await (await openEmbeddedDatabase({ directory, templateCache })).close();
    writeFileSync(join(directory, "database", "PG_VERSION"), "19\n");
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openEmbeddedDatabase({ directory, templateCache })).rejects.toMatchObject({
        code: "STORE_NEWER",
        details: { postgres: "19" },
      });
    }
  });

  test("a broken database says why it does not start", async () => {
    const directory = directories.make();
    await (await openEmbeddedDatabase({ directory, templateCache })).close();
    rmSync(join(directory, "database", "global", "pg_control"));
    await expect(openEmbeddedDatabase({ directory, templateCache })).rejects.toMatchObject({
      code: "STORE_START_FAILED",
      cause: expect.any(Error),
    });
  });

  test("the log stays bounded although PostgreSQL would never shorten it here", async () => {
    const directory = directories.make();
    const megabytes = 1024 * 1024;
    const database = await openEmbeddedDatabase({
      directory,
      templateCache,
      checkpointEveryWalBytes: 16 * megabytes,
    });
    await database.query("create table filler (note text)", []);
    for (let round = 0; round < 16; round++) {
      await database.query(
        "insert into filler select repeat('x', 500) from generate_series(1, 20000)",
        [],
      );
    }
    const { walPosition, checkpoints } = await database.stats();
    const { rows } = await database.query(
      "select sum(size)::int8 as bytes from pg_ls_waldir()",
      [],
    );
    expect(walPosition).toBeGreaterThan(150 * megabytes);
    expect(checkpoints).toBeGreaterThan(5);
    expect(Number(rows[0]?.bytes)).toBeLessThan(100 * megabytes);
    await database.close();
  });
});

describe("when it goes wrong", () => {
  test("who waits too long, or comes when too many wait, is told so", async () => {
    const database = await openEmbeddedDatabase({
      directory: directories.make(),
      templateCache,
      waitersMax: 1,
      waitMsMax: 50,
    });
    const reserved = await database.reserve();
    const patient = expect(database.query("select 1", [])).rejects.toMatchObject({
      code: "STORE_BUSY",
      details: { waitMsMax: 50 },
    });
    await expect(database.query("select 1", [])).rejects.toMatchObject({
      code: "STORE_BUSY",
      details: { waitersMax: 1 },
    });
    await patient;
    reserved.release();
    expect((await database.query("select 1 as one", [])).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  test("a log that cannot be written ends the database: nothing is acknowledged after it", async () => {
    const directory = directories.make();
    const deaths: StoreError[] = [];
    const onDied = (error: StoreError): number => deaths.push(error);
    const database = await openEmbeddedDatabase({ directory, templateCache, onDied });
    await database.query("create table filler (note text)", []);
    // The segment in use stays open; the next one has no directory to be made in.
    rmSync(join(directory, "database", "pg_wal"), { recursive: true });
    const fill = "insert into filler select repeat('x', 500) from generate_series(1, 60000)";
    const answers = await Promise.allSettled([
      database.query(fill, []),
      database.query("select 1", []),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "STORE_DIED" } });
    }
    expect(deaths).toEqual([expect.objectContaining({ code: "STORE_DIED" })]);
    expect(String(deaths[0]?.cause)).toContain("PANIC");
    await expect(database.stats()).rejects.toMatchObject({ code: "STORE_DIED" });
    await database.close();
    expect(readdirSync(join(directory, ".lock"))).toEqual([]);
  });
});

import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StoreError } from "../errors.ts";
import { createSqlDialect } from "../kysely-dialect.ts";
import { type Migration, migrate } from "../migrations.ts";
import { schemaSteps } from "../schema.ts";
import type { ReservedConnection, SqlConnections, SqlResult } from "../sql-connection.ts";
import type { Tables } from "../tables.ts";
import { testInventory } from "./inventory-contract.ts";
import { testSchedules } from "./schedules-contract.ts";
import { testTables } from "./tables-contract.ts";

/** An empty database that the suite may fill, with short limits so that waiting ends soon. */
export type ContractStore = SqlConnections & { close(): Promise<void> };

/** How long whoever waits for a connection may be made to wait by what the suite is given. */
export const contractWaitMsMax = 2_500;

type Opened = {
  readonly store: ContractStore;
  readonly db: Kysely<Tables>;
  ask(statement: string, ...parameters: unknown[]): Promise<SqlResult>;
};

/** What every store does, whichever PostgreSQL is behind it. */
export function storeContract(name: string, open: () => Promise<ContractStore>): void {
  describe(`the store's contract: ${name}`, () => {
    let opened: Opened;
    beforeAll(async () => {
      const store = await open();
      const db = new Kysely<Tables>({ dialect: createSqlDialect(store) });
      const ask = async (statement: string, ...parameters: unknown[]): Promise<SqlResult> => {
        const connection = await store.reserve();
        try {
          return await connection.query(statement, parameters);
        } finally {
          connection.release();
        }
      };
      opened = { store, db, ask };
    }, 180_000);
    beforeEach(async () => {
      await opened.ask("drop schema public cascade");
      await opened.ask("create schema public");
    });
    afterAll(() => opened.store.close(), 120_000);

    describe("values", () => testValues(() => opened));
    describe("refusals", () => testRefusals(() => opened));
    describe("transactions", () => testTransactions(() => opened));
    describe("migrations", () => testMigrations(() => opened));
    describe("waiting", () => testWaiting(() => opened));
    describe("tables", () => testTables(() => opened));
    describe("schedules", () => testSchedules(() => opened));
    describe("inventory", () => testInventory(() => opened));
  });
}

function testValues(opened: () => Opened): void {
  test("arrive as the contract of SqlConnection says", async () => {
    const { rows, command, affectedRows } = await opened().ask(
      `select 9007199254740991::int8 as whole, 9007199254740993::int8 as huge, 1.50::numeric as exact,
         '{"a":[1]}'::jsonb as document, '[1]'::json as list, '\\x00ff'::bytea as bytes,
         null::text as nothing, '2026-03-29T01:30:00Z'::timestamptz as moment,
         array[1,2]::int8[] as several, array[1.5,null]::numeric[] as sums, 0.1::real as small,
         1.5::float8 as number, true as yes, array['a,"b"',null] as texts, interval '1 day' as day`,
    );
    expect(rows).toEqual([
      {
        whole: 9007199254740991,
        huge: 9007199254740993n,
        exact: "1.50",
        document: { a: [1] },
        list: [1],
        bytes: Uint8Array.of(0, 255),
        nothing: null,
        moment: new Date("2026-03-29T01:30:00Z"),
        several: [1, 2],
        sums: ["1.5", null],
        small: 0.1,
        number: 1.5,
        yes: true,
        texts: ['a,"b"', null],
        day: "1 day",
      },
    ]);
    expect([command, affectedRows]).toEqual(["SELECT", 0]);
  });

  test("leave as they are given", async () => {
    const { rows } = await opened().ask(
      `select $1::int8 as whole, $2::text as text, $3::bytea as bytes, $4::timestamptz as moment,
        $5::jsonb as document, $6::text[] as texts, $7::boolean as yes, $8::text as nothing`,
      ...[2 ** 52, "è", Uint8Array.of(1, 0), new Date(1_790_000_000_123), '{"a":null}'],
      ...[["x", "y"], false, null],
    );
    expect(rows).toEqual([
      {
        whole: 2 ** 52,
        text: "è",
        bytes: Uint8Array.of(1, 0),
        moment: new Date(1_790_000_000_123),
        document: { a: null },
        texts: ["x", "y"],
        yes: false,
        nothing: null,
      },
    ]);
  });

  test("changes are counted, questions change nothing", async () => {
    const { ask } = opened();
    await ask("create table bay (id int)");
    const added = await ask("insert into bay select generate_series(1, 3)");
    expect(added).toMatchObject({ affectedRows: 3, command: "INSERT" });
    expect(await ask("select id from bay")).toMatchObject({ affectedRows: 0, command: "SELECT" });
    expect(await ask("delete from bay where id > 1")).toMatchObject({ affectedRows: 2 });
  });
}

function testRefusals(opened: () => Opened): void {
  beforeEach(async () => {
    await opened().ask("create table bay (id bigint primary key, name text not null)");
    await opened().ask("insert into bay values (1, 'x')");
  });

  test.each([
    ["insert into bay values (1, 'again')", "23505", "bay_pkey"],
    ["insert into bay (id) values (99)", "23502", undefined],
    ["select * from nowhere", "42P01", undefined],
    ["select 1 / 0", "22012", undefined],
    ["select 1; select 2", "42601", undefined],
  ])("%s is refused with its SQLSTATE, and the store goes on", async (statement, state, name) => {
    const { ask } = opened();
    await expect(ask(statement)).rejects.toMatchObject({
      name: "QueryError",
      code: "STORE_QUERY_FAILED",
      sqlState: state,
      constraint: name,
    });
    expect((await ask("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("the values of a refused statement are in no message", async () => {
    const statement = "insert into bay values ($1, $2)";
    await expect(opened().ask(statement, 1, "AB123CD")).rejects.toSatisfy(
      (error: StoreError) =>
        error.message.includes(statement) && !error.message.includes("AB123CD"),
    );
  });

  test("overlapping reservations can be excluded by the database", async () => {
    const { ask } = opened();
    await ask("create extension if not exists btree_gist");
    await ask(
      "create table slot (hall int, span tstzrange, exclude using gist (hall with =, span with &&))",
    );
    const insert = "insert into slot values (1, tstzrange($1, $2))";
    await ask(insert, "2026-01-01T10:00Z", "2026-01-01T12:00Z");
    await expect(ask(insert, "2026-01-01T11:00Z", "2026-01-01T13:00Z")).rejects.toMatchObject({
      sqlState: "23P01",
    });
  });
}

function testTransactions(opened: () => Opened): void {
  const names = async (): Promise<unknown[]> =>
    (await opened().ask("select name from bay order by name")).rows.map(({ name }) => name);
  beforeEach(async () => {
    await opened().ask("create table bay (name text primary key)");
  });

  test("nobody outside sees a transaction before its end, nor after it was rolled back", async () => {
    const { store } = opened();
    for (const [end, expected] of [
      ["rollback", []],
      ["commit", ["A"]],
    ] as const) {
      const inside = await store.reserve();
      await inside.query("begin", []);
      await inside.query("insert into bay values ('A')", []);
      // The embedded store lets it wait for the end, a server answers it now.
      const outside = names();
      await inside.query(end, []);
      inside.release();
      expect([[], expected]).toContainEqual(await outside);
      expect(await names()).toEqual(expected);
    }
  });

  test("[IN1] a commit that PostgreSQL turned into a rollback is no success", async () => {
    const swallowing = opened()
      .db.transaction()
      .execute(async (transaction) => {
        await sql`insert into bay values ('A')`.execute(transaction);
        const repeated = sql`insert into bay values ('A')`.execute(transaction);
        await expect(repeated).rejects.toMatchObject({ sqlState: "23505" });
      });
    await expect(swallowing).rejects.toMatchObject({ code: "STORE_ROLLED_BACK" });
    expect(await names()).toEqual([]);
  });

  test("an error inside takes everything back, a savepoint its part only", async () => {
    const { db } = opened();
    const failing = db.transaction().execute(async (transaction) => {
      await sql`insert into bay values ('A')`.execute(transaction);
      throw new Error("changed its mind");
    });
    await expect(failing).rejects.toThrow("changed its mind");
    const outer = await db.startTransaction().execute();
    await sql`insert into bay values ('B')`.execute(outer);
    const inner = await outer.savepoint("inner").execute();
    await sql`insert into bay values ('C')`.execute(inner);
    await (await inner.rollbackToSavepoint("inner").execute()).commit().execute();
    expect(await names()).toEqual(["B"]);
  });
}

function testWaiting(opened: () => Opened): void {
  test("who waits too long for a connection is told so", async () => {
    const { store } = opened();
    const held: ReservedConnection[] = [];
    let refusal: unknown;
    // However many there are, at some point there are no more.
    while (refusal === undefined && held.length < 100) {
      await store.reserve().then(
        (connection) => held.push(connection),
        (cause) => {
          refusal = cause;
        },
      );
    }
    for (const connection of held) connection.release();
    expect(refusal).toMatchObject({
      code: "STORE_BUSY",
      details: { waitMsMax: contractWaitMsMax },
    });
    expect((await opened().ask("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
}

function testMigrations(opened: () => Opened): void {
  test("a fresh database gets every step once, and a newer one is refused", async () => {
    const { db } = opened();
    const names = schemaSteps.map(({ name }) => name);
    const reports = await Promise.all([migrate(db, schemaSteps), migrate(db, schemaSteps)]);
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual(names);
    expect(await migrate(db, schemaSteps)).toEqual({ applied: [] });
    await expect(migrate(db, [])).rejects.toMatchObject({
      code: "STORE_NEWER",
      details: { unknownMigrations: names },
    });
  });

  test("a step that fails leaves nothing of itself, and says which it was", async () => {
    const { db, ask } = opened();
    const broken = {
      name: "0001-broken",
      up: async (transaction: Parameters<Migration["up"]>[0]) => {
        await sql`create table half (id int)`.execute(transaction);
        await sql`alter table nowhere add column name text`.execute(transaction);
      },
    };
    await expect(migrate(db, [broken])).rejects.toMatchObject({
      code: "STORE_MIGRATION_FAILED",
      details: { migration: "0001-broken" },
      cause: { sqlState: "42P01" },
    });
    const { rows } = await ask("select to_regclass('half')::text as half");
    expect(rows).toEqual([{ half: null }]);
  });
}

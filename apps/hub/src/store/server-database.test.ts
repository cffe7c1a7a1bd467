import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { StoreError } from "./errors.ts";
import {
  openServerDatabase,
  type ServerDatabase,
  type ServerDatabaseOptions,
} from "./server-database.ts";
import type { SqlResult } from "./sql-connection.ts";
import { canStartCluster, type ServerCluster, startCluster } from "./testing/server-cluster.ts";

const patience = { timeout: 20_000, interval: 20 };

async function ask(database: ServerDatabase, statement: string): Promise<SqlResult> {
  const connection = await database.reserve();
  try {
    return await connection.query(statement, []);
  } finally {
    connection.release();
  }
}

describe.skipIf(!canStartCluster)("a server (skipped where PostgreSQL is not installed)", () => {
  let cluster: ServerCluster;
  let url: string;
  beforeAll(async () => {
    cluster = await startCluster();
    url = await cluster.databaseUrl("pista");
  }, 120_000);
  afterAll(() => cluster.remove(), 60_000);
  const open = (options: Partial<ServerDatabaseOptions> = {}): Promise<ServerDatabase> =>
    openServerDatabase({ url, ...options });

  test.each([
    ["fsync", { fsync: "off" }],
    ["full_page_writes", { full_page_writes: "off" }],
    ["synchronous_commit", { synchronous_commit: "off" }],
  ])(
    "[IN1] with %s off it is refused, by that name",
    async (setting, settings) => {
      await cluster.stop("fast");
      await cluster.start(settings);
      const refusal = { code: "STORE_NOT_DURABLE", details: { setting, is: "off" } };
      await expect(open()).rejects.toMatchObject(refusal);
      await cluster.stop("fast");
      await cluster.start();
    },
    60_000,
  );

  test("[IN1] that lost a setting while it was away is not used until it has it again", async () => {
    const lost: string[] = [];
    const onLost = ({ code }: StoreError): number => lost.push(code);
    const onReturned = vi.fn();
    const database = await open({ onLost, onReturned });
    await cluster.stop("fast");
    await cluster.start({ fsync: "off" });
    await vi.waitFor(() => expect(lost).toContain("STORE_NOT_DURABLE"), patience);
    await expect(database.reserve()).rejects.toMatchObject({ code: "STORE_NOT_DURABLE" });
    await cluster.stop("fast");
    await cluster.start();
    await vi.waitFor(() => expect(onReturned).toHaveBeenCalledOnce(), patience);
    expect((await ask(database, "select 1 as one")).rows).toEqual([{ one: 1 }]);
    await database.close();
  }, 60_000);

  test("that only lets the hub read, or keeps no Unicode, is refused", async () => {
    const database = await open();
    await ask(database, "create database latin encoding 'LATIN1' template template0");
    await ask(database, "create database standby");
    await ask(database, "alter database standby set default_transaction_read_only = on");
    await database.close();
    for (const [name, reason] of [
      ["latin", /UTF8/],
      ["standby", /only lets the hub read/],
    ] as const) {
      await expect(open({ url: url.replace(/pista$/, name) })).rejects.toMatchObject({
        code: "STORE_REFUSED",
        details: { reason: expect.stringMatching(reason) },
      });
    }
  });

  test("a second hub on the database is refused, one after it is not", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: "STORE_IN_USE",
      details: { holderProcessId: expect.any(Number), holderAddress: "127.0.0.1" },
    });
    await Promise.all([first.close(), first.close()]);
    await expect(first.reserve()).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await (await open()).close();
  });

  test("a hub that lost the database to another one dies, and asks nothing more", async () => {
    const deaths: StoreError[] = [];
    const first = await open({ onDied: (error) => deaths.push(error) });
    const second = open();
    const locks = (isGranted: boolean): string =>
      `from pg_locks where locktype = 'advisory' and granted = ${isGranted}`;
    await vi.waitFor(async () => {
      expect((await ask(first, `select pid ${locks(false)}`)).rows).toHaveLength(1);
    }, patience);
    const kill = ask(first, `select pg_terminate_backend(pid) ${locks(true)}`);
    await Promise.allSettled([kill]);
    await vi.waitFor(() => expect(deaths).toHaveLength(1), patience);
    expect(deaths[0]).toMatchObject({ code: "STORE_IN_USE" });
    await expect(first.reserve()).rejects.toMatchObject({ code: "STORE_IN_USE" });
    await first.close();
    await (await second).close();
  }, 60_000);

  test("[IN1] a commit that was cut off is in doubt, and the hub does not go on", async () => {
    const deaths: StoreError[] = [];
    const database = await open({ onDied: (error) => deaths.push(error) });
    for (const statement of [
      "create table slow (id int)",
      "create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(60); return null; end'",
      "create constraint trigger wait after insert on slow deferrable initially deferred for each row execute function wait()",
    ]) {
      await ask(database, statement);
    }
    const connection = await database.reserve();
    await connection.query("begin", []);
    const [process] = (await connection.query("select pg_backend_pid() as id", [])).rows;
    await connection.query("insert into slow values (1)", []);
    const commit = expect(connection.query("commit", [])).rejects.toMatchObject({
      code: "STORE_LOST",
    });
    // Its own answer may come late: then every session is cut already.
    await Promise.allSettled([ask(database, `select pg_terminate_backend(${process?.id})`)]);
    await commit;
    connection.release();
    expect(deaths).toEqual([expect.objectContaining({ code: "STORE_IN_DOUBT" })]);
    await expect(database.reserve()).rejects.toMatchObject({ code: "STORE_IN_DOUBT" });
    await database.close();
  }, 60_000);

  test("a statement has a time limit, and what was left open is not handed on", async () => {
    const database = await open({ poolMax: 1, statementMsMax: 300 });
    const slow = ask(database, "select pg_sleep(60)");
    await expect(slow).rejects.toMatchObject({ code: "STORE_BUSY", cause: { code: "57014" } });
    const whoAnswers = "select pg_backend_pid() as id";
    const forgetful = await database.reserve();
    const { rows } = await forgetful.query(whoAnswers, []);
    await forgetful.query("begin", []);
    forgetful.release();
    expect((await ask(database, whoAnswers)).rows).not.toEqual(rows);
    await database.close();
  });
});

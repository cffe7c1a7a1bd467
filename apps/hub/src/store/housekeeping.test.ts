import { createManualClock } from "@pista/kernel/testing";
import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database.ts";
import { createUpkeep, keepHouse, keepReportDays } from "./housekeeping.ts";
import { createEmbeddedDialect } from "./kysely-dialect.ts";
import { migrate } from "./migrations.ts";
import { dayMs, readReportDays } from "./report-days.ts";
import { schemaSteps } from "./schema.ts";
import type { Tables } from "./tables.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
let database: EmbeddedDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  const directory = directories.make();
  database = await openEmbeddedDatabase({ directory, templateCache: testTemplateCache });
  db = new Kysely({ dialect: createEmbeddedDialect(database) });
  await migrate(db, schemaSteps);
}, 180_000);
afterAll(async () => {
  await database.close();
  directories.removeAll();
}, 120_000);

/** PostgreSQL says -1 of what was never analyzed. */
async function neverAnalyzed(): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname::text as name from pg_class where relnamespace = 'public'::regnamespace
    and relkind = 'r' and reltuples < 0 order by relname`.execute(db);
  return rows.map(({ name }) => name);
}

test("round after round every table has its turn, and of reports the present day", async () => {
  const nowMs = Date.parse("2026-11-22T23:50:00Z");
  await keepReportDays(db, nowMs, 90);
  const upkeep = createUpkeep(db);
  const before = await neverAnalyzed();
  expect(before).toContain("report_2026_11_22");
  // As many as there are tables, each day of reports being one.
  for (const _ of before) await upkeep.next(nowMs);
  expect(await neverAnalyzed()).toEqual(["report_2026_11_23"]);
});

test("a round comes each minute: tomorrow's table stands before midnight", async () => {
  const clock = createManualClock(Date.parse("2026-12-24T23:58:00Z"));
  const failures: unknown[] = [];
  const house = keepHouse({
    ...{ db, clock, keepReportsDays: 90, isEmbedded: true },
    failed: (cause) => failures.push(cause),
  });
  const newestIs = (date: string) =>
    vi.waitFor(
      async () => {
        clock.advance(10_000);
        const [newest = 0] = await readReportDays(db);
        expect(new Date(newest * dayMs).toISOString()).toMatch(date);
      },
      { timeout: 10_000, interval: 10 },
    );
  await newestIs("2026-12-25");
  await newestIs("2026-12-26");
  await house.stop();
  expect(failures).toEqual([]);
});

test("a round that fails is told of, and the next one comes", async () => {
  const clock = createManualClock();
  const failures: unknown[] = [];
  const closed = new Kysely<Tables>({
    dialect: createEmbeddedDialect({
      ...database,
      reserve: () => Promise.reject(new Error("the store is away")),
    }),
  });
  const house = keepHouse({
    ...{ db: closed, clock, keepReportsDays: 90, isEmbedded: true },
    failed: (cause) => failures.push(cause),
  });
  await vi.waitFor(() => {
    clock.advance(60_000);
    expect(failures.length).toBeGreaterThan(2);
  });
  await house.stop();
  const told = failures.length;
  clock.advance(600_000);
  expect(failures).toHaveLength(told);
});

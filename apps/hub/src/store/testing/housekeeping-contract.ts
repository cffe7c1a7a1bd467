import { epochMs } from "@pista/kernel";
import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { keepReportDays } from "../housekeeping.ts";
import { insertQuarantine, trimQuarantine } from "../quarantine.ts";
import { dayMs, dayOf, readReportDays } from "../report-days.ts";
import { createReportLog } from "../report-log.ts";
import type { Tables } from "../tables.ts";
import { reportOf } from "./reports-contract.ts";

type Opened = () => { readonly db: Kysely<Tables> };

const midnightMs = Date.parse("2026-11-22T00:00:00Z");

/** What every store does to stay in order. */
export function testHousekeeping(opened: Opened): void {
  test("a day of reports goes when all of it is too old; what its zone was stays", async () => {
    const { db } = opened();
    const at = (ms: number) => ({ observedAtMs: epochMs(ms), receivedAtMs: epochMs(ms) });
    await createReportLog(db).insert([
      reportOf(1, at(midnightMs - dayMs)),
      reportOf(2, at(midnightMs - 1)),
      reportOf(3, at(midnightMs)),
    ]);
    const sums = await db.selectFrom("zone_occupancy").selectAll().execute();
    expect(sums.length).toBeGreaterThan(0);
    const days = [-1, 0, 7, 8].map((offset) => dayOf(midnightMs) + offset);
    await keepReportDays(db, midnightMs + 7 * dayMs - 1, 7);
    expect(await readReportDays(db)).toEqual([days[2], (days[2] ?? 0) - 1, days[1], days[0]]);
    await keepReportDays(db, midnightMs + 7 * dayMs, 7);
    expect(await readReportDays(db)).toEqual([days[3], days[2], (days[2] ?? 0) - 1, days[1]]);
    const left = await db.selectFrom("report").select("counter").execute();
    expect(left).toEqual([{ counter: 3 }]);
    expect(await db.selectFrom("zone_occupancy").selectAll().execute()).toEqual(sums);
  });

  test("[IN6] quarantine is bounded by age and by number, the oldest going first", async () => {
    const { db } = opened();
    const nowMs = midnightMs;
    const add = (count: number, receivedAtMs: number, topic: string) =>
      insertQuarantine(
        db,
        Array.from({ length: count }, () => ({
          ...{ receivedAtMs, deviceId: null, topic, cause: "c", payload: Uint8Array.of(1) },
        })),
      );
    await add(700, nowMs - 30 * dayMs - 1, "old");
    await add(600, nowMs - 30 * dayMs, "kept");
    const counts = async () =>
      (
        await sql<{ topic: string; count: number }>`
          select topic, count(*) from quarantine group by topic order by topic`.execute(db)
      ).rows.map(({ topic, count }) => [topic, count]);
    await trimQuarantine(db, nowMs);
    expect(await counts()).toEqual([["kept", 600]]);
    await add(5, nowMs, "new");
    await trimQuarantine(db, nowMs, 15);
    expect(await counts()).toEqual([
      ["kept", 10],
      ["new", 5],
    ]);
  });
}

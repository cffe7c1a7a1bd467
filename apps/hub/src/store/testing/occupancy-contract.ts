import { assetId, epochMs, organisationId } from "@pista/kernel";
import { bayId, compareHoldings, heldBy, isCounted, slotsOf, zoneId } from "@pista/parking";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { migrate } from "../migrations.ts";
import { createReportLog, type StoredReport } from "../report-log.ts";
import { schemaSteps } from "../schema.ts";
import type { Tables } from "../tables.ts";

type Opened = () => { readonly db: Kysely<Tables> };

const startMs = Date.parse("2026-11-22T12:00:00.000Z");

/** Reports of four bays in two zones in the order of their receipt, some of them twice. */
const schedule = fc
  .array(
    fc.record({
      bay: fc.integer({ min: 0, max: 3 }),
      state: fc.constantFrom("free" as const, "occupied" as const),
      observedS: fc.integer({ min: 0, max: 4 * 3_600 }),
      lateMs: fc.constantFrom(-50_000, 0, 400, 3_600_000, 86_400_000, 90_000_000),
      epoch: fc.integer({ min: 0, max: 1 }),
      counter: fc.integer({ min: 0, max: 5 }),
      isRepeated: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) =>
    steps
      .flatMap(({ bay, observedS, lateMs, isRepeated, ...step }, index) => {
        const observedAtMs = epochMs(startMs + observedS * 1_000);
        const report: StoredReport = {
          ...{ ...step, observedAtMs, clockAhead: false, digest: Uint8Array.of(bay, index) },
          bayId: bayId(`bay-${bay}`),
          zoneId: zoneId(`zone-${bay % 2}`),
          deviceId: assetId(`sensor-${bay}`),
          organisationId: organisationId("city"),
          receivedAtMs: epochMs(observedAtMs + lateMs + index),
        };
        return isRepeated ? [report, report] : [report];
      })
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
  );

/** It failed once: the report before a long silence was forgotten at a restart. */
const afterSilence: StoredReport[] = [0, 95.2 * 60_000].map((afterMs, index) => ({
  ...{ bayId: bayId("bay-0"), zoneId: zoneId("zone-0"), deviceId: assetId("sensor-0") },
  ...{ organisationId: organisationId("city"), digest: Uint8Array.of(index), clockAhead: false },
  ...{ state: "free", epoch: 0, counter: index },
  observedAtMs: epochMs(startMs + afterMs),
  receivedAtMs: epochMs(startMs + afterMs),
}));

type Sums = Record<string, { free: number; occupied: number }>;

/** [OC1] [OC2] Of all reports at once. */
function sumsOf(reports: readonly StoredReport[]): Sums {
  const sums: Sums = {};
  for (const bay of new Set(reports.map((report) => report.bayId))) {
    const inOrder = reports
      .filter((report) => report.bayId === bay && isCounted(report))
      // The sort keeps the first received before what cannot be told from it.
      .sort(compareHoldings)
      .filter((one, index, all) => index === 0 || compareHoldings(one, all[index - 1] ?? one) > 0);
    inOrder.slice(0, -1).forEach((report, index) => {
      const held = heldBy(report, inOrder[index + 1]?.observedAtMs);
      for (const { slotAtMs, ms } of slotsOf(held)) {
        const key = `${report.zoneId} ${new Date(slotAtMs).toISOString()}`;
        const sum = sums[key] ?? { free: 0, occupied: 0 };
        sum[held.state] += ms;
        sums[key] = sum;
      }
    });
  }
  return sums;
}

async function storedSums(db: Kysely<Tables>): Promise<Sums> {
  const rows = await db.selectFrom("zone_occupancy").selectAll().execute();
  const sums = rows.map((row) => [
    `${row.zone_id} ${row.slot_at.toISOString()}`,
    { free: row.free_ms, occupied: row.occupied_ms },
  ]);
  // A slot from which everything was taken again is as good as none.
  return Object.fromEntries(sums.filter(([, sum]) => JSON.stringify(sum).match(/[1-9]/)));
}

/** What every store does with the sums of the zones. */
export function testOccupancy(opened: Opened): void {
  test("[OC3] sums kept as reports come are those of all stored reports at once", async () => {
    const { db } = opened();
    await fc.assert(
      fc.asyncProperty(schedule, fc.integer({ min: 1, max: 9 }), async (reports, batchSize) => {
        await sql`truncate report, bay_heard, zone_occupancy`.execute(db);
        let log = createReportLog(db);
        for (let first = 0; first < reports.length; first += batchSize) {
          await log.insert(reports.slice(first, first + batchSize));
          // A restart knows only what is stored.
          if (first % 3 === 0) log = createReportLog(db);
        }
        expect(await storedSums(db)).toEqual(sumsOf(reports));
      }),
      { examples: [[afterSilence, 1]], numRuns: process.env.PISTA_TEST_LONG ? 500 : 25 },
    );
  }, 60_000);

  test("[OC1] reports from before the sums were kept are moved and summed", async () => {
    const { db } = opened();
    await sql`drop schema public cascade`.execute(db);
    await sql`create schema public`.execute(db);
    await migrate(db, schemaSteps.slice(0, 2));
    await sql`insert into organisation values ('city', 'C')`.execute(db);
    await sql`insert into zone values ('zone-0', 'city', 'Z'), ('zone-1', 'city', 'Z')`.execute(db);
    await sql`insert into bay select 'bay-' || n, 'city', 'zone-' || n % 2, n, 0, 0, 0, 0, null
      from generate_series(0, 3) as n`.execute(db);
    const all = fc.sample(schedule, { numRuns: 5, seed: 1 }).flat();
    const reports = [...new Map(all.map((one, index) => [`${one.digest} ${index}`, one])).values()]
      .map((one, index) => ({ ...one, digest: Uint8Array.of(index >> 8, index & 255) }))
      .map((one, index) => ({ ...one, receivedAtMs: epochMs(one.receivedAtMs + index) }))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const one of reports) {
      await sql`insert into report (bay_id, device_id, organisation_id, epoch, counter, digest,
          state, observed_at, received_at, clock_ahead)
        values (${one.bayId}, ${one.deviceId}, 'city', ${one.epoch}, ${one.counter},
          ${one.digest}, ${one.state}, ${new Date(one.observedAtMs)}, ${new Date(one.receivedAtMs)},
          false)`.execute(db);
    }
    await migrate(db, schemaSteps);
    const stored = await db.selectFrom("report").select("digest").execute();
    expect(stored).toHaveLength(reports.length);
    expect(await storedSums(db)).toEqual(sumsOf(reports));
  });
}

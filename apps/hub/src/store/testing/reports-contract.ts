import { assetId, epochMs, organisationId } from "@pista/kernel";
import { applyReport, type BayEvidence, bayId, zoneId } from "@pista/parking";
import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { addReportDays, dayMs, dayOf, readReportDays } from "../report-days.ts";
import { createReportLog, type StoredReport } from "../report-log.ts";
import { readEvidence, readReports } from "../reports.ts";
import type { Tables } from "../tables.ts";

type Opened = () => { readonly db: Kysely<Tables> };

const startMs = Date.parse("2026-11-22T12:00:00.123Z");

export const reportOf = (counter: number, changes: Partial<StoredReport> = {}): StoredReport => ({
  bayId: bayId("bay-1"),
  zoneId: zoneId("zone-1"),
  deviceId: assetId("sensor-1"),
  organisationId: organisationId("city"),
  counter,
  epoch: 0,
  state: counter % 2 === 0 ? "free" : "occupied",
  observedAtMs: epochMs(startMs + counter * 1_000),
  receivedAtMs: epochMs(startMs + counter * 1_000 + 50),
  clockAhead: false,
  batteryPct: 87.5,
  digest: Uint8Array.of(counter >> 8, counter & 255, 0, 0, 0, 0, 0, 1),
  ...changes,
});

const pageOf = (limit: number) => ({
  ...{ bayId: bayId("bay-1"), fromMs: 0, toMs: startMs + 30 * dayMs, limit, after: undefined },
});

/** What every store does with the reports of devices. */
export function testReports(opened: Opened): void {
  testRepeats(opened);
  testEvidence(opened);
  testAskedDays(opened);
  testReading(opened);
}

function testRepeats(opened: Opened): void {
  const countersOf = async (): Promise<number[]> =>
    (await readReports(opened().db, pageOf(5_000))).map(({ counter }) => counter);

  test("[IN1] [IN2] a batch is stored once, however often it comes", async () => {
    const { db } = opened();
    const log = createReportLog(db);
    const batch = Array.from({ length: 1_000 }, (_, counter) => reportOf(counter));
    expect(await log.insert(batch)).toHaveLength(1_000);
    await log.insert(batch);
    await log.insert([...batch.slice(0, 10), reportOf(2_000), reportOf(2_000)]);
    // Nor does one that knows only what is stored take it twice.
    await createReportLog(db).insert([...batch.slice(0, 10), reportOf(2_000)]);
    expect(await countersOf()).toEqual([...batch.keys(), 2_000]);
    const { zoneId: _, organisationId: __, digest: ___, ...report } = reportOf(7);
    const stored = await readReports(db, pageOf(8));
    expect(stored[7]).toEqual({ ...report, digestHex: "0007000000000001" });
  });

  test("[IN2] what comes again after 48 hours is another report", async () => {
    const { db } = opened();
    const again = (afterMs: number): StoredReport =>
      reportOf(1, { receivedAtMs: epochMs(reportOf(1).receivedAtMs + afterMs) });
    const log = createReportLog(db);
    await log.insert([reportOf(1), reportOf(5)]);
    for (const writer of [log, createReportLog(db)]) {
      await writer.insert([again(2 * dayMs - 1)]);
      expect(await countersOf()).toEqual([1, 5]);
    }
    await log.insert([again(2 * dayMs)]);
    await createReportLog(db).insert([again(2 * dayMs)]);
    await log.insert([again(2 * dayMs + 1)]);
    expect(await countersOf()).toEqual([1, 1, 5]);
  });

  test("[IN2] one counter with another payload is another report", async () => {
    const log = createReportLog(opened().db);
    await log.insert([reportOf(1), reportOf(1, { digest: new Uint8Array(8) })]);
    await log.insert([reportOf(1, { digest: new Uint8Array(8).fill(9) }), reportOf(1)]);
    expect(await countersOf()).toEqual([1, 1, 1]);
  });

  test("[IN1] [IN2] after a failure nothing is taken for stored, and nothing twice", async () => {
    const { db } = opened();
    const log = createReportLog(db);
    await log.insert([reportOf(1)]);
    const spoilt = reportOf(3, { counter: 2 ** 63 });
    await expect(log.insert([reportOf(2), spoilt])).rejects.toMatchObject({ name: "QueryError" });
    // As after a commit whose answer was lost: stored, and this writer does not know it.
    await createReportLog(db).insert([reportOf(2)]);
    await log.insert([reportOf(2), reportOf(3)]);
    expect(await countersOf()).toEqual([1, 2, 3]);
  });

  test("[IN3] [BS3] what is said again counts once, as it was stored when it first came", async () => {
    const log = createReportLog(opened().db);
    const first = reportOf(1, { clockAhead: true });
    const nextMs = epochMs(startMs + 9_000);
    const later = { observedAtMs: nextMs, receivedAtMs: nextMs };
    const again = reportOf(1, { clockAhead: true, ...later });
    // By now its time is ahead no more, and it would be dated by itself.
    const muchLater = reportOf(1, { ...later, receivedAtMs: epochMs(startMs + 90_000) });
    expect(await log.insert([first, again])).toEqual([first]);
    for (const repeat of [again, muchLater]) {
      expect(await log.insert([repeat, repeat])).toEqual([first]);
    }
    expect(await log.insert([again, reportOf(2)])).toEqual([reportOf(2), first]);
  });
}

function testEvidence(opened: Opened): void {
  test("[BS3] the evidence of a bay, read back, is what its reports amount to", async () => {
    const { db } = opened();
    const late = reportOf(9, { receivedAtMs: epochMs(startMs + 200_000_000) });
    const before = reportOf(0, { observedAtMs: epochMs(startMs - 2_200_000), epoch: 7 });
    // Equal in time and numbers: one reading, and not two of the eight that are kept.
    const twin = reportOf(15, { digest: Uint8Array.of(1), state: "free", clockAhead: true });
    const many = Array.from({ length: 16 }, (_, counter) =>
      reportOf(counter, { bayId: bayId("b") }),
    );
    const reports = [
      ...[reportOf(3), reportOf(5), reportOf(4), late, before],
      ...many.map((report) => ({ ...report, deviceId: assetId("sensor-2") })),
      { ...twin, bayId: bayId("b"), deviceId: assetId("sensor-3"), receivedAtMs: epochMs(startMs) },
    ];
    await createReportLog(db).insert(reports);
    const amounting = new Map<string, BayEvidence | undefined>();
    for (const report of reports) {
      amounting.set(report.bayId, applyReport(amounting.get(report.bayId), report));
    }
    expect(await readEvidence(db, [bayId("bay-1"), bayId("b"), bayId("c")])).toEqual(amounting);
    expect(amounting.get("bay-1")?.earlier.map(({ counter }) => counter)).toEqual([4, 3]);
    expect(amounting.get("b")?.earlier.map(({ counter }) => counter)).toEqual([
      14, 13, 12, 11, 10, 9, 8,
    ]);
    expect(amounting.get("b")?.state).toBe("free");
  });

  test("[BS3] [IN3] also when one received earlier was observed later, on another day", async () => {
    const { db } = opened();
    const midnightMs = dayOf(startMs) * dayMs;
    const seen = (counter: number, bay: string, observedMs: number, receivedMs: number) =>
      reportOf(counter, {
        bayId: bayId(bay),
        observedAtMs: epochMs(midnightMs + observedMs),
        receivedAtMs: epochMs(midnightMs + receivedMs),
      });
    await createReportLog(db).insert([
      ...[seen(1, "a", -1_000, -900), seen(2, "a", -dayMs + 5_000, 1_000)],
      ...[seen(3, "b", 59_000, -1_000), seen(4, "b", 58_000, 60_000)],
      ...[seen(5, "c", 61_000, 62_000), seen(6, "c", -1_000, -900)],
      ...[seen(7, "d", -9 * dayMs, -9 * dayMs)],
    ]);
    const bays = ["a", "b", "c", "d"].map(bayId);
    const evidence = await readEvidence(db, bays);
    expect(bays.map((bay) => evidence.get(bay)?.counter)).toEqual([1, 3, 5, 7]);
  });
}

function testAskedDays(opened: Opened): void {
  test("[BS3] days that hold nothing of a bay are not asked for it, however many are kept", async () => {
    const { db } = opened();
    const daysKept = Array.from({ length: 90 }, (_, ago) => dayOf(startMs) - ago);
    await addReportDays(db, daysKept);
    const asked: string[] = [];
    const counted = db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(node.kind);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = asked.length;
      await work();
      return asked.length - before;
    };
    const silent = Array.from({ length: 1_000 }, (_, n) => bayId(`silent-${n}`));
    expect(await statementsOf(() => readEvidence(counted, silent))).toBe(1);
    const log = createReportLog(counted);
    const old = reportOf(1, {
      observedAtMs: epochMs(startMs - 60 * dayMs),
      receivedAtMs: epochMs(startMs - 60 * dayMs),
    });
    await log.insert([old]);
    // The day's table, the device's head, which bays were ever heard, and the reports.
    const first = reportOf(2, { bayId: bayId("silent-1"), deviceId: assetId("sensor-2") });
    expect(await statementsOf(() => log.insert([first]))).toBe(4);
    // Besides these, the days that stand: of each bay from its newest on, as far as needed.
    const bays = [...silent, bayId("bay-1")];
    const evidence = await readEvidence(counted, bays);
    expect([...evidence.values()].map(({ counter }) => counter)).toEqual([2, 1]);
    expect(await statementsOf(() => readEvidence(counted, bays))).toBeLessThan(8);
  });
}

function testReading(opened: Opened): void {
  test("pages follow one another without a gap or a repeat, also within one millisecond", async () => {
    const { db } = opened();
    const atOnce = { observedAtMs: epochMs(startMs) };
    await createReportLog(db).insert(
      Array.from({ length: 25 }, (_, counter) => reportOf(counter, atOnce)),
    );
    const found: number[] = [];
    for (let page = await readReports(db, pageOf(10)); page.length > 0; ) {
      found.push(...page.map(({ counter }) => counter));
      page = await readReports(db, { ...pageOf(10), after: page.at(-1) });
    }
    expect(found).toEqual([...Array(25).keys()]);
  });

  test("a day of receipt has a table of its own, and older days are not read", async () => {
    const { db } = opened();
    const days = [-1, 0, 1].map((offset) => dayOf(startMs) + offset);
    await addReportDays(db, days);
    await addReportDays(db, days);
    expect(await readReportDays(db)).toEqual(days.toReversed());
    const plan = await sql<{ "QUERY PLAN": string }>`
      explain select from report where device_id = 'a'
      and received_at > ${new Date(startMs)}::timestamptz`.execute(db);
    const text = plan.rows.map((row) => row["QUERY PLAN"]).join();
    expect(text).toMatch(/report_2026_11_22.*report_2026_11_23/);
    expect(text).not.toMatch(/report_2026_11_21/);
  });
}

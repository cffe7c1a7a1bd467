import { assetId, epochMs } from "@pista/kernel";
import {
  applyReport,
  type BayEvidence,
  type BayId,
  type BayReport,
  bayId,
  clockAheadMsMax,
  earlierMax,
  latenessMsMax,
  signOfLifeMsMax,
} from "@pista/parking";
import { type Kysely, sql } from "kysely";
import { listed } from "./inventory.ts";
import { chunksOf } from "./inventory-items.ts";
import { dayMs, readReportDays } from "./report-days.ts";
import type { Tables } from "./tables.ts";

/** [IN3] A later one is kept and changes no state. */
export const isCountedRow = sql`received_at - observed_at <= ${latenessMsMax} * interval '1 millisecond'`;

/**
 * [BS3] What the stored reports of these bays amount to: only those are read that evidence keeps.
 *
 * Walks the days of receipt backwards, and in each asks the index for those bays only that were heard
 * then or later, and of which an earlier day could still hold such a report. So it costs by the bay
 * that was heard, and not by the report nor by the days that are kept.
 */
export async function readEvidence(
  db: Kysely<Tables>,
  bayIds: readonly BayId[],
): Promise<Map<BayId, BayEvidence>> {
  const evidence = new Map<BayId, BayEvidence>();
  const heard = await readHeard(db, bayIds);
  if (heard.size === 0) return evidence;
  let open: readonly BayId[] = [];
  for (const day of await readReportDays(db)) {
    open = [...open, ...(heard.get(day) ?? [])];
    // IN3: what was received before this day was observed before this moment, and so was the
    // newest report to which it would still count.
    const endMs = day * dayMs + clockAheadMsMax + signOfLifeMsMax;
    for (const some of chunksOf(open, baysAtOnce)) await readEvidenceOfDay(db, day, some, evidence);
    open = open.filter((id) => (evidence.get(id)?.observedAtMs ?? 0) <= endMs);
  }
  return evidence;
}

/** These bays by the newest day that may hold a report of theirs, without those never heard. */
async function readHeard(
  db: Kysely<Tables>,
  bayIds: readonly BayId[],
): Promise<ReadonlyMap<number, readonly BayId[]>> {
  const heard = new Map<number, BayId[]>();
  for (const some of chunksOf(bayIds, baysAtOnce)) {
    const rows = await db
      .selectFrom("bay_heard")
      .selectAll()
      .where("bay_id", "in", listed(some))
      .execute();
    for (const { bay_id, day } of rows) {
      const bays = heard.get(day);
      if (bays) bays.push(bayId(bay_id));
      else heard.set(day, [bayId(bay_id)]);
    }
  }
  return heard;
}

const baysAtOnce = 1_000;

async function readEvidenceOfDay(
  db: Kysely<Tables>,
  day: number,
  bayIds: readonly BayId[],
  evidence: Map<BayId, BayEvidence>,
): Promise<void> {
  const { rows } = await sql<{
    asked: BayId;
    state: "free" | "occupied";
    observed_at: Date;
    received_at: Date;
    epoch: number;
    counter: number;
    clock_ahead: boolean;
  }>`
    select asked, newest.*
    from json_array_elements_text(${JSON.stringify(bayIds)}::json) as asked
    cross join lateral (
      select distinct on (observed_at, epoch, counter)
        state, observed_at, received_at, epoch, counter, clock_ahead from report
      where bay_id = asked and received_at >= ${new Date(day * dayMs)}::timestamptz
        and received_at < ${new Date((day + 1) * dayMs)}::timestamptz and ${isCountedRow}
      order by observed_at desc, epoch desc, counter desc, received_at, state desc, clock_ahead
      limit ${1 + earlierMax}) as newest`.execute(db);
  for (const row of rows) {
    const known = applyReport(evidence.get(row.asked), {
      state: row.state,
      observedAtMs: epochMs(row.observed_at.getTime()),
      receivedAtMs: epochMs(row.received_at.getTime()),
      epoch: row.epoch,
      counter: row.counter,
      clockAhead: row.clock_ahead,
    });
    if (known) evidence.set(row.asked, known);
  }
}

/** Where a page of reports ended: the next begins after it. */
export type ReportCursor = {
  observedAtMs: number;
  epoch: number;
  counter: number;
  /** Sixteen hexadecimal digits: two payloads may bear the same counter. */
  digestHex: string;
};

/** A stored report and where the next page begins. */
export type ReportOnPage = BayReport & ReportCursor;

/** Stored reports of a bay in the order of their time, `fromMs` included and `toMs` not. */
export async function readReports(
  db: Kysely<Tables>,
  page: {
    bayId: BayId;
    fromMs: number;
    toMs: number;
    after: ReportCursor | undefined;
    limit: number;
  },
): Promise<readonly ReportOnPage[]> {
  const start = { observedAtMs: page.fromMs, epoch: -1, counter: -1, digestHex: "" };
  const after = page.after ?? start;
  const rows = await db
    .selectFrom("report")
    .selectAll()
    .where("bay_id", "=", page.bayId)
    .where("observed_at", ">=", new Date(page.fromMs))
    // IN3: nothing is received much before it is observed, so older days need not be asked.
    .where("received_at", ">=", new Date(Math.max(0, page.fromMs - clockAheadMsMax)))
    .where("observed_at", "<", new Date(page.toMs))
    .where(
      sql<boolean>`(observed_at, epoch, counter, digest) >
        (${new Date(after.observedAtMs)}::timestamptz, ${after.epoch}::bigint,
        ${after.counter}::bigint, decode(${after.digestHex}, 'hex'))`,
    )
    .orderBy("observed_at")
    .orderBy("epoch")
    .orderBy("counter")
    .orderBy("digest")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    bayId: bayId(row.bay_id),
    deviceId: assetId(row.device_id),
    epoch: row.epoch,
    counter: row.counter,
    digestHex: Buffer.from(row.digest).toString("hex"),
    state: row.state,
    observedAtMs: epochMs(row.observed_at.getTime()),
    receivedAtMs: epochMs(row.received_at.getTime()),
    clockAhead: row.clock_ahead,
    ...(row.battery_pct === null ? {} : { batteryPct: row.battery_pct }),
    ...(row.rssi_dbm === null ? {} : { rssiDbm: row.rssi_dbm }),
    ...(row.temperature_c === null ? {} : { temperatureC: row.temperature_c }),
  }));
}

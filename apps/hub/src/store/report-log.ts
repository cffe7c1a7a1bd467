import { epochMs, type OrganisationId } from "@pista/kernel";
import {
  type BayReport,
  bayId,
  compareHoldings,
  type Holding,
  insertHolding,
  isCounted,
  neighboursOf,
  slotsOf,
  type ZoneId,
} from "@pista/parking";
import { type Kysely, sql } from "kysely";
import { addReportDays, dayOf } from "./report-days.ts";
import { type HeardBay, ReportHeads, readNeighbours, repeatMsMax } from "./report-heads.ts";
import type { Tables } from "./tables.ts";

/** A report as it is stored: with the digest of its payload's bytes (IN2) and its tenant. */
export type StoredReport = BayReport & {
  readonly digest: Uint8Array;
  readonly organisationId: OrganisationId;
  /** Where the bay is, whose occupancy the report adds to (OC2). */
  readonly zoneId: ZoneId;
};

export interface ReportLog {
  /**
   * [IN1] [IN2] [OC3] Stores a batch with what it adds to the zones' occupancy in one statement;
   * what was stored within the last 48 hours changes nothing. Resolved means durable.
   *
   * Answers with each report once, as it is stored. [BS3] What is said again counts as it was when
   * it first came: a report that its receipt dated then (IN3) would have another date now.
   */
  insert(reports: readonly StoredReport[]): Promise<readonly StoredReport[]>;
}

/**
 * The one writer of reports: its caller gives it one batch after the other, and a database has one
 * hub. So it may look first and store then, with nothing coming in between.
 */
export function createReportLog(db: Kysely<Tables>): ReportLog {
  const heads = new ReportHeads();
  const knownDays = new Set<number>();
  const insert = async (reports: readonly StoredReport[]): Promise<readonly StoredReport[]> => {
    const days = new Set(reports.map(({ receivedAtMs }) => dayOf(receivedAtMs)));
    const newDays = [...days].filter((day) => !knownDays.has(day));
    await addReportDays(db, newDays);
    for (const day of newDays) knownDays.add(day);
    await heads.load(db, reports);
    const { fresh, repeats } = await partRepeats(db, heads, reports);
    if (fresh.length > 0) {
      const counted = fresh.filter(isCounted);
      const heard = heads.firstHeard(counted);
      await store(db, fresh, heard, await occupancyChanges(db, heads, counted));
    }
    return [...fresh, ...repeats];
  };
  return {
    async insert(reports) {
      try {
        return await insert(reports);
      } catch (cause) {
        // Nobody knows what of it is stored: a server may have died after its commit.
        heads.forget(reports);
        throw cause;
      }
    },
  };
}

/** Ten times as quick as the kernel's, which is felt here. */
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const keyOf = ({ deviceId, epoch, counter, digest }: StoredReport): string =>
  `${deviceId} ${epoch} ${counter} ${toHex(digest)}`;

/** [IN2] What is new, and what is stored already, as it is stored; of a report twice, the first. */
async function partRepeats(
  db: Kysely<Tables>,
  heads: ReportHeads,
  reports: readonly StoredReport[],
): Promise<{ fresh: readonly StoredReport[]; repeats: readonly StoredReport[] }> {
  // Raised here and not when all is stored: whatever fails is forgotten with its batch.
  const suspects = reports.filter((report) => !heads.raise(report));
  if (suspects.length === 0) return { fresh: reports, repeats: [] };
  const stored = await readRepeats(db, suspects);
  const keys = new Set<string>();
  const fresh: StoredReport[] = [];
  const repeats: StoredReport[] = [];
  for (const report of reports) {
    const key = keyOf(report);
    if (keys.has(key)) continue;
    keys.add(key);
    const known = stored.get(report);
    if (known) repeats.push(known);
    else fresh.push(report);
  }
  return { fresh, repeats };
}

async function readRepeats(
  db: Kysely<Tables>,
  suspects: readonly StoredReport[],
): Promise<ReadonlyMap<StoredReport | undefined, StoredReport>> {
  const asked = suspects.map((report, n) => ({
    ...{ n, d: report.deviceId, e: report.epoch, c: report.counter, g: toHex(report.digest) },
    r: report.receivedAtMs - repeatMsMax,
  }));
  // The same bound for all lets PostgreSQL leave out the older days before it begins.
  const since = new Date(asked.reduce((least, { r }) => Math.min(least, r), Infinity));
  const { rows } = await sql<{
    n: number;
    bay_id: string;
    state: "free" | "occupied";
    observed_at: Date;
    received_at: Date;
    clock_ahead: boolean;
  }>`
    select n, stored.* from json_to_recordset(${JSON.stringify(asked)}::json)
      as row (n int, d text, e bigint, c bigint, g text, r double precision)
    cross join lateral (
      select bay_id, state, observed_at, received_at, clock_ahead from report
      where device_id = d and epoch = e and counter = c and digest = decode(g, 'hex')
        and received_at > to_timestamp(r / 1000.0) and received_at > ${since}::timestamptz
      limit 1) as stored`.execute(db);
  return new Map(
    rows.flatMap((row) => {
      const report = suspects[row.n];
      if (!report) return [];
      const observedAtMs = epochMs(row.observed_at.getTime());
      const receivedAtMs = epochMs(row.received_at.getTime());
      // The sensor may watch another bay by now, or be read by another model.
      const { state, clock_ahead: clockAhead } = row;
      const asStored = { bayId: bayId(row.bay_id), state, observedAtMs, receivedAtMs, clockAhead };
      return [[report, { ...report, ...asStored }]];
    }),
  );
}

type OccupancyRow = { z: string; s: number; o: string; f: number; u: number };

/** [OC3] What the batch adds to each slot of its zones; `heads` follow. */
async function occupancyChanges(
  db: Kysely<Tables>,
  heads: ReportHeads,
  counted: readonly StoredReport[],
): Promise<readonly OccupancyRow[]> {
  const { inOrder, late } = partLate(heads, counted);
  const neighbours = await readNeighbours(db, late);
  const rows = new Map<string, OccupancyRow>();
  const add = (report: StoredReport, changes: ReturnType<typeof insertHolding>): void => {
    for (const { sign, held } of changes) {
      for (const { slotAtMs, ms } of slotsOf(held)) {
        const key = `${report.zoneId} ${slotAtMs}`;
        const row = rows.get(key) ?? rowOf(report, slotAtMs);
        row[held.state === "free" ? "f" : "u"] += sign * ms;
        rows.set(key, row);
      }
    }
  };
  for (const [report, before] of inOrder) add(report, insertHolding(before, report, undefined));
  // A late one stands between stored reports, those in order of this batch, and late ones before it.
  const lateBays = new Map(late.map(({ bayId }) => [bayId, [] as StoredReport[]]));
  for (const report of inOrder.keys()) lateBays.get(report.bayId)?.push(report);
  for (const report of late) {
    const besides = lateBays.get(report.bayId) ?? [];
    const { before, after } = neighboursOf(report, [...(neighbours.get(report) ?? []), ...besides]);
    add(report, insertHolding(before, report, after));
    besides.push(report);
  }
  return [...rows.values()].filter(({ f, u }) => f !== 0 || u !== 0);
}

const rowOf = ({ zoneId, organisationId }: StoredReport, slotAtMs: number): OccupancyRow => ({
  ...{ z: zoneId, s: slotAtMs, o: organisationId, f: 0, u: 0 },
});

/** Those that follow the newest of their bay, each with the one before it, and the others. */
function partLate(
  heads: ReportHeads,
  reports: readonly StoredReport[],
): { inOrder: Map<StoredReport, Holding | undefined>; late: StoredReport[] } {
  const inOrder = new Map<StoredReport, Holding | undefined>();
  const late: StoredReport[] = [];
  for (const report of reports) {
    const newest = heads.newestOf(report.bayId);
    if (newest && compareHoldings(report, newest) <= 0) late.push(report);
    else {
      inOrder.set(report, newest);
      heads.setNewest(report.bayId, report);
    }
  }
  return { inOrder, late };
}

/** One JSON parameter each: with a column of arrays for each field it is no quicker. */
async function store(
  db: Kysely<Tables>,
  reports: readonly StoredReport[],
  heard: readonly HeardBay[],
  changes: readonly OccupancyRow[],
): Promise<void> {
  const rows = reports.map((report) => ({
    b: report.bayId,
    d: report.deviceId,
    o: report.organisationId,
    e: report.epoch,
    c: report.counter,
    g: toHex(report.digest),
    s: report.state,
    t: report.observedAtMs,
    r: report.receivedAtMs,
    a: report.clockAhead,
    p: report.batteryPct,
    i: report.rssiDbm,
    m: report.temperatureC,
  }));
  const days = heard.map(({ bayId: b, day: d }) => ({ b, d }));
  await sql`with added as (
    insert into report (bay_id, device_id, organisation_id, epoch, counter, digest, state,
      observed_at, received_at, clock_ahead, battery_pct, rssi_dbm, temperature_c)
    select b, d, o, e, c, decode(g, 'hex'), s,
      to_timestamp(t / 1000.0), to_timestamp(r / 1000.0), a, p, i, m
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (b text, d text, o text,
      e bigint, c bigint, g text, s text, t double precision, r double precision, a boolean,
      p real, i real, m real)
    ), heard as (
    insert into bay_heard as known (bay_id, day)
    select b, d from json_to_recordset(${JSON.stringify(days)}::json) as row (b text, d integer)
    on conflict (bay_id) do update set day = greatest(known.day, excluded.day))
    insert into zone_occupancy as sum (zone_id, slot_at, organisation_id, free_ms, occupied_ms)
    select z, to_timestamp(s / 1000.0), o, f, u
    from json_to_recordset(${JSON.stringify(changes)}::json) as row (z text, s double precision,
      o text, f bigint, u bigint)
    on conflict (zone_id, slot_at) do update set free_ms = sum.free_ms + excluded.free_ms,
      occupied_ms = sum.occupied_ms + excluded.occupied_ms`.execute(db);
}

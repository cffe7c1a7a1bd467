import { assetId, epochMs, type OrganisationId } from "@pista/kernel";
import { type BayEvidence, type BayId, type BayReport, bayId, latenessMsMax } from "@pista/parking";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** A report as it is stored: with the digest of its payload's bytes (IN2) and its tenant. */
export type StoredReport = BayReport & {
  readonly digest: Uint8Array;
  readonly organisationId: OrganisationId;
};

/**
 * [IN1] [IN2] Stores a batch in one statement; what is there already changes nothing. Resolved
 * means durable. One JSON parameter: with a column of arrays for each field the statement is no
 * quicker and its form depends on the driver.
 *
 * Answers with the reports that may change a bay. A report that is dated by its receipt (IN3) has
 * another date each time it comes, so of those only the one that was stored counts.
 */
export async function insertReports(
  db: Kysely<Tables>,
  reports: readonly StoredReport[],
): Promise<readonly StoredReport[]> {
  const rows = reports.map((report) => ({
    b: report.bayId,
    d: report.deviceId,
    o: report.organisationId,
    e: report.epoch,
    c: report.counter,
    g: Buffer.from(report.digest).toString("hex"),
    s: report.state,
    t: report.observedAtMs,
    r: report.receivedAtMs,
    a: report.clockAhead,
    p: report.batteryPct,
    i: report.rssiDbm,
    m: report.temperatureC,
  }));
  const result = await sql<{ device_id: string; epoch: number; counter: number; digest: string }>`
    with added as (
    insert into report (bay_id, device_id, organisation_id, epoch, counter, digest, state,
      observed_at, received_at, clock_ahead, battery_pct, rssi_dbm, temperature_c)
    select b, d, o, e, c, decode(g, 'hex'), s,
      to_timestamp(t / 1000.0), to_timestamp(r / 1000.0), a, p, i, m
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (b text, d text, o text,
      e bigint, c bigint, g text, s text, t double precision, r double precision, a boolean,
      p real, i real, m real)
    on conflict do nothing
    returning device_id, epoch, counter, digest, clock_ahead)
    select device_id, epoch, counter, encode(digest, 'hex') as digest
    from added where clock_ahead`.execute(db);
  const added = new Set(
    result.rows.map((row) => keyOf(row.device_id, row.epoch, row.counter, row.digest)),
  );
  return reports.filter((report) => {
    if (!report.clockAhead) return true;
    const digest = Buffer.from(report.digest).toString("hex");
    // Each key counts once: a batch may hold the same report twice, and the first is stored.
    return added.delete(keyOf(report.deviceId, report.epoch, report.counter, digest));
  });
}

const keyOf = (deviceId: string, epoch: number, counter: number, digestHex: string): string =>
  `${deviceId} ${epoch} ${counter} ${digestHex}`;

/** [BS3] What the stored reports of every bay amount to: the newest of each by device time. */
export async function readEvidence(db: Kysely<Tables>): Promise<Map<BayId, BayEvidence>> {
  const { rows } = await sql<{
    bay_id: string;
    state: "free" | "occupied";
    observed_at: Date;
    received_at: Date;
    epoch: number;
    counter: number;
  }>`
    select distinct on (bay_id) bay_id, state, observed_at, received_at, epoch, counter
    from report
    where received_at - observed_at <= ${latenessMsMax} * interval '1 millisecond'
    order by bay_id, observed_at desc, epoch desc, counter desc, received_at`.execute(db);
  return new Map(
    rows.map((row) => [
      bayId(row.bay_id),
      {
        state: row.state,
        observedAtMs: epochMs(row.observed_at.getTime()),
        receivedAtMs: epochMs(row.received_at.getTime()),
        epoch: row.epoch,
        counter: row.counter,
      },
    ]),
  );
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

/** [IN6] What could not be read, with its bytes, for whoever mends the sensor. */
export type QuarantineEntry = {
  readonly receivedAtMs: number;
  readonly deviceId: string | null;
  readonly topic: string;
  readonly cause: string;
  readonly payload: Uint8Array;
};

/** In batches, so that one device's rubbish costs the others no more than one statement. */
export async function insertQuarantine(
  db: Kysely<Tables>,
  entries: readonly QuarantineEntry[],
): Promise<void> {
  const rows = entries.map((entry) => ({
    received_at: new Date(entry.receivedAtMs),
    device_id: entry.deviceId,
    topic: entry.topic,
    cause: entry.cause,
    payload: entry.payload,
  }));
  await db.insertInto("quarantine").values(rows).execute();
}

import { type AssetId, epochMs } from "@pista/kernel";
import { type BayId, clockAheadMsMax, type Holding, isCounted, silenceMsMax } from "@pista/parking";
import { type Kysely, sql } from "kysely";
import { dayMs, dayOf } from "./report-days.ts";
import type { StoredReport } from "./report-log.ts";
import { isCountedRow, readEvidence } from "./reports.ts";
import type { Tables } from "./tables.ts";

/** [IN2] Beyond this a device that counts anew may meet a key of its own again. */
export const repeatMsMax = 48 * 3_600_000;

type Key = Pick<StoredReport, "epoch" | "counter">;

type Newest = Holding & Pick<StoredReport, "receivedAtMs">;

/** A bay and the newest day on which a report that counts was received of it. */
export type HeardBay = { readonly bayId: BayId; readonly day: number };

/**
 * The highest key of each device and the newest report of each bay, remembered so that a report
 * which comes after both, as nearly all do, is stored without a question. What is not known yet is
 * read once; what may have changed unseen is forgotten.
 */
export class ReportHeads {
  /** No key of the last 48 hours is higher; one that is too high only costs a question. */
  readonly #devices = new Map<AssetId, Key>();
  readonly #bays = new Map<BayId, Newest | undefined>();

  /** [IN2] Whether the report is above what its device sent before, so that it is no repeat. */
  raise({ deviceId, epoch, counter }: StoredReport): boolean {
    const head = this.#devices.get(deviceId);
    if (head === undefined || !isHigher({ epoch, counter }, head)) return false;
    this.#devices.set(deviceId, { epoch, counter });
    return true;
  }

  newestOf(bay: BayId): Holding | undefined {
    return this.#bays.get(bay);
  }

  setNewest(bay: BayId, report: Newest): void {
    this.#bays.set(bay, report);
  }

  /** [BS3] Bays of which this batch may be the first that is heard on its day, as far as is known. */
  firstHeard(reports: readonly StoredReport[]): readonly HeardBay[] {
    const days = new Map<BayId, number>();
    for (const { bayId, receivedAtMs } of reports) {
      const day = dayOf(receivedAtMs);
      const newest = this.#bays.get(bayId);
      if (newest && dayOf(newest.receivedAtMs) >= day) continue;
      days.set(bayId, Math.max(day, days.get(bayId) ?? day));
    }
    return [...days].map(([bayId, day]) => ({ bayId, day }));
  }

  forget(reports: readonly StoredReport[]): void {
    for (const { deviceId, bayId } of reports) {
      this.#devices.delete(deviceId);
      this.#bays.delete(bayId);
    }
  }

  async load(db: Kysely<Tables>, reports: readonly StoredReport[]): Promise<void> {
    const newDevices = reports.filter(({ deviceId }) => !this.#devices.has(deviceId));
    if (newDevices.length > 0) await this.#loadDevices(db, newDevices);
    const newBays = reports.filter((report) => isCounted(report) && !this.#bays.has(report.bayId));
    if (newBays.length > 0) await this.#loadBays(db, newBays);
  }

  async #loadDevices(db: Kysely<Tables>, reports: readonly StoredReport[]): Promise<void> {
    const ids = [...new Set(reports.map(({ deviceId }) => deviceId))];
    // Whole days, so that the index answers with its first entry.
    const since = dayOf(earliest(reports.map((one) => one.receivedAtMs)) - repeatMsMax) * dayMs;
    const { rows } = await sql<Key & { device_id: AssetId }>`
      select asked.device_id, epoch, counter
      from json_array_elements_text(${JSON.stringify(ids)}::json) as asked(device_id)
      cross join lateral (
        select epoch, counter from report
        where device_id = asked.device_id and received_at >= ${new Date(since)}::timestamptz
        order by epoch desc, counter desc limit 1) as head`.execute(db);
    for (const id of ids) this.#devices.set(id, { epoch: -1, counter: -1 });
    for (const { device_id, ...key } of rows) this.#devices.set(device_id, key);
  }

  /** However long ago: what it held is in no sum before the next one comes (OC3). */
  async #loadBays(db: Kysely<Tables>, reports: readonly StoredReport[]): Promise<void> {
    const ids = [...new Set(reports.map(({ bayId }) => bayId))];
    const evidence = await readEvidence(db, ids);
    for (const id of ids) this.#bays.set(id, evidence.get(id));
  }
}

const isHigher = (report: Key, head: Key): boolean =>
  report.epoch > head.epoch || (report.epoch === head.epoch && report.counter > head.counter);

const earliest = (momentsMs: readonly number[]): number =>
  momentsMs.reduce((least, atMs) => Math.min(least, atMs));

type HoldingRow = Omit<Holding, "observedAtMs"> & { observed_at: Date };

const holdingOf = ({ state, observed_at, epoch, counter }: HoldingRow): Holding => ({
  ...{ state, epoch, counter, observedAtMs: epochMs(observed_at.getTime()) },
});

/**
 * The earliest receipt of a report that may still hold at a moment (IN3, BS2): older days need not
 * be looked at.
 */
const receivedSince = (observedAtMs: number): Date =>
  new Date(observedAtMs - silenceMsMax - clockAheadMsMax - 1_000);

/** [OC3] The stored reports before and after each of those that come late. */
export async function readNeighbours(
  db: Kysely<Tables>,
  late: readonly StoredReport[],
): Promise<ReadonlyMap<StoredReport, readonly Holding[]>> {
  if (late.length === 0) return new Map();
  const asked = late.map(({ bayId, observedAtMs, epoch, counter }, n) => ({
    ...{ n, b: bayId, t: observedAtMs, e: epoch, c: counter },
  }));
  const since = receivedSince(earliest(late.map(({ observedAtMs }) => observedAtMs)));
  const place = sql`(to_timestamp(t / 1000.0), e, c)`;
  const stored = sql`select state, observed_at, epoch, counter from report
    where bay_id = b and received_at >= ${since}::timestamptz and ${isCountedRow}`;
  const { rows } = await sql<HoldingRow & { n: number }>`
    with asked as (select * from json_to_recordset(${JSON.stringify(asked)}::json)
      as row (n int, b text, t double precision, e bigint, c bigint))
    (select n, near.* from asked cross join lateral (
      ${stored} and (observed_at, epoch, counter) <= ${place}
      order by observed_at desc, epoch desc, counter desc, received_at limit 1) as near)
    union all (select n, near.* from asked cross join lateral (
      ${stored} and (observed_at, epoch, counter) > ${place}
      order by observed_at, epoch, counter limit 1) as near)`.execute(db);
  const neighbours = new Map<StoredReport, Holding[]>(late.map((report) => [report, []]));
  for (const row of rows) {
    const report = late[row.n];
    if (report) neighbours.get(report)?.push(holdingOf(row));
  }
  return neighbours;
}

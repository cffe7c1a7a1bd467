import { type AssetId, assetId, type EpochMs, epochMs, toHex } from "@pista/kernel";
import { type BayId, bayId } from "@pista/parking";
import { type Kysely, sql } from "kysely";
import { dayMs } from "./report-days.ts";
import type { Tables } from "./tables.ts";

/** [IN6] What could not be read, with its bytes, for whoever mends the sensor. */
export type QuarantineEntry = {
  readonly receivedAtMs: number;
  readonly deviceId: string | null;
  readonly topic: string;
  readonly cause: string;
  readonly payload: Uint8Array;
  readonly frame?: QuarantinedFrame | undefined;
};

/** Beside the device and the receipt, what makes a report of a payload once its codec reads it. */
export type QuarantinedFrame = {
  readonly payload: Uint8Array;
  readonly fPort: number;
  readonly epoch: number;
  readonly counter: number;
  readonly digest: Uint8Array;
  readonly observedAtMs: number;
  readonly rssiDbm: number | undefined;
  /** That the device watched; undefined where it watched none. */
  readonly bayId: BayId | undefined;
};

const frameJson = (frame: QuarantinedFrame): string =>
  JSON.stringify({
    payload: toHex(frame.payload),
    fPort: frame.fPort,
    epoch: frame.epoch,
    counter: frame.counter,
    digest: toHex(frame.digest),
    observedAtMs: frame.observedAtMs,
    rssiDbm: frame.rssiDbm,
    bayId: frame.bayId,
  });

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
    frame: entry.frame ? frameJson(entry.frame) : null,
  }));
  await db.insertInto("quarantine").values(rows).execute();
}

/** An entry as it is shown. */
export type KeptEntry = {
  readonly id: number;
  readonly receivedAt: Date;
  readonly deviceId: string | null;
  readonly topic: string;
  readonly cause: string;
  readonly payload: Uint8Array;
  readonly hasFrame: boolean;
  readonly replayedAt: Date | null;
};

/** Newest first; of one organisation's devices where one is named, ended ones with them. */
export async function readQuarantine(
  db: Kysely<Tables>,
  page: {
    deviceId: string | undefined;
    organisationId: string | undefined;
    before: number | undefined;
    limit: number;
  },
): Promise<readonly KeptEntry[]> {
  const { deviceId, organisationId, before, limit } = page;
  const rows = await db
    .selectFrom("quarantine")
    .leftJoin("asset", "asset.id", "quarantine.device_id")
    .selectAll("quarantine")
    .$if(deviceId !== undefined, (query) => query.where("device_id", "=", deviceId ?? ""))
    .$if(organisationId !== undefined, (query) =>
      query.where("asset.organisation_id", "=", organisationId ?? ""),
    )
    .$if(before !== undefined, (query) => query.where("quarantine.id", "<", before ?? 0))
    .orderBy("quarantine.id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    receivedAt: row.received_at,
    deviceId: row.device_id,
    topic: row.topic,
    cause: row.cause,
    payload: row.payload,
    hasFrame: row.frame !== null,
    replayedAt: row.replayed_at,
  }));
}

/** Whose entries are read again. */
export type ReplaySubject = { readonly kind: "device" | "device-model"; readonly id: string };

/** A frame with what stands beside it, to be read again. */
export type KeptFrame = Omit<QuarantinedFrame, "observedAtMs"> & {
  readonly id: number;
  readonly deviceId: AssetId;
  readonly topic: string;
  readonly original: Uint8Array;
  readonly receivedAtMs: EpochMs;
  readonly observedAtMs: EpochMs;
};

/** Frames that were not read yet, the oldest first. */
export async function readKept(
  db: Kysely<Tables>,
  page: {
    of: ReplaySubject;
    organisationId: string | undefined;
    after: number;
    limit: number;
  },
): Promise<readonly KeptFrame[]> {
  const { of, organisationId, after, limit } = page;
  const rows = await db
    .selectFrom("quarantine")
    .innerJoin("asset", "asset.id", "quarantine.device_id")
    .selectAll("quarantine")
    .where(of.kind === "device" ? "asset.id" : "asset.model_id", "=", of.id)
    .$if(organisationId !== undefined, (query) =>
      query.where("asset.organisation_id", "=", organisationId ?? ""),
    )
    .where("frame", "is not", null)
    .where("replayed_at", "is", null)
    .where("quarantine.id", ">", after)
    .orderBy("quarantine.id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...readFrame(row.frame),
    id: row.id,
    deviceId: assetId(row.device_id ?? ""),
    topic: row.topic,
    original: row.payload,
    receivedAtMs: epochMs(row.received_at.getTime()),
  }));
}

type FrameJson = Omit<QuarantinedFrame, "payload" | "digest" | "bayId" | "rssiDbm"> & {
  readonly payload: string;
  readonly digest: string;
  readonly rssiDbm?: number;
  readonly bayId?: string;
};

function readFrame(
  json: unknown,
): Omit<QuarantinedFrame, "observedAtMs"> & { observedAtMs: EpochMs } {
  const frame = json as FrameJson; // Only frameJson writes this column.
  return {
    payload: Buffer.from(frame.payload, "hex"),
    fPort: frame.fPort,
    epoch: frame.epoch,
    counter: frame.counter,
    digest: Buffer.from(frame.digest, "hex"),
    observedAtMs: epochMs(frame.observedAtMs),
    rssiDbm: frame.rssiDbm,
    bayId: frame.bayId === undefined ? undefined : bayId(frame.bayId),
  };
}

/** Ends what could be read; the others stay, with what is the matter with them now. */
export async function settleKept(
  db: Kysely<Tables>,
  outcomes: readonly { id: number; cause: string | undefined }[],
  atMs: EpochMs,
): Promise<void> {
  const rows = JSON.stringify(outcomes.map(({ id, cause }) => ({ i: id, c: cause })));
  await sql`
    update quarantine set cause = coalesce(c, cause),
      replayed_at = case when c is null then ${new Date(atMs)}::timestamptz end
    from json_to_recordset(${rows}::json) as row (i bigint, c text) where id = i`.execute(db);
}

/** [IN6] What nobody could read is kept for as long as somebody may still mend the sensor. */
const quarantineDays = 30;
const quarantineRowsMax = 100_000;
const quarantineRowsAtOnce = 500;
/** In one round; a flood that is quicker than this is trimmed when it has passed. */
const quarantineDeletesMax = 200;

/** Old rows go, and the oldest where there are too many; from the oldest on, some at a time. */
export async function trimQuarantine(
  db: Kysely<Tables>,
  nowMs: number,
  rowsMax = quarantineRowsMax,
): Promise<void> {
  const before = new Date(nowMs - quarantineDays * dayMs);
  for (let time = 0; time < quarantineDeletesMax; time++) {
    const { numAffectedRows } = await sql`
      delete from quarantine
      where id in (select id from quarantine order by id limit ${quarantineRowsAtOnce})
        and (received_at < ${before}::timestamptz
          or id <= (select max(id) from quarantine) - ${rowsMax})`.execute(db);
    if (numAffectedRows !== BigInt(quarantineRowsAtOnce)) return;
  }
}

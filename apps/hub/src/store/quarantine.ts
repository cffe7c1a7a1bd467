import { toHex } from "@pista/kernel";
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

import type { AssetId, EpochMs, OrganisationId } from "@pista/kernel";
import type { Kysely, Selectable, Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** A command as it stands: who made it and what became of it. */
export type CommandRow = Selectable<Tables["device_command"]>;

/** How long a command is shown after it has expired. */
const shownForMs = 30 * 86_400_000;

/** Keeps a command for its device; undefined when as many wait already as may. */
export async function insertCommand(
  db: Transaction<Tables>,
  command: {
    deviceId: AssetId;
    organisationId: OrganisationId;
    payload: Uint8Array;
    createdAtMs: EpochMs;
    expiresAtMs: EpochMs;
  },
  waitingMax: number,
): Promise<CommandRow | undefined> {
  const { deviceId, createdAtMs } = command;
  // Whoever holds the device's row counts and adds alone, so ids are committed in their order.
  await db.selectFrom("asset").select("id").where("id", "=", deviceId).forUpdate().execute();
  await db
    .deleteFrom("device_command")
    .where("device_id", "=", deviceId)
    .where("expires_at", "<", new Date(createdAtMs - shownForMs))
    .execute();
  const waiting = await selectWaiting(db, { deviceId, atMs: createdAtMs })
    .limit(waitingMax)
    .execute();
  if (waiting.length === waitingMax) return undefined;
  return db
    .insertInto("device_command")
    .values({
      device_id: deviceId,
      organisation_id: command.organisationId,
      payload: command.payload,
      created_at: new Date(createdAtMs),
      expires_at: new Date(command.expiresAtMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first, those before the cursor. */
export async function readCommands(
  db: Kysely<Tables>,
  page: { deviceId: AssetId; before: number | undefined; limit: number },
): Promise<readonly CommandRow[]> {
  let query = db.selectFrom("device_command").selectAll().where("device_id", "=", page.deviceId);
  if (page.before !== undefined) query = query.where("id", "<", page.before);
  return query.orderBy("id", "desc").limit(page.limit).execute();
}

/** The oldest that waits after the given one and has not expired. */
export const readNextCommand = (
  db: Kysely<Tables>,
  of: { deviceId: AssetId; afterId: number; atMs: EpochMs },
): Promise<CommandRow | undefined> =>
  selectWaiting(db, of).where("id", ">", of.afterId).limit(1).executeTakeFirst();

/** Before it leaves: from here on the device may have it, and it is sent again as a repeat. */
export async function markCommandSent(
  db: Kysely<Tables>,
  sent: { id: number; atMs: EpochMs },
): Promise<void> {
  await db
    .updateTable("device_command")
    .set({ sent_at: new Date(sent.atMs) })
    .where("id", "=", sent.id)
    .execute();
}

export async function markCommandAnswered(
  db: Kysely<Tables>,
  answered: { id: number; reasonCode: number; atMs: EpochMs },
): Promise<void> {
  await db
    .updateTable("device_command")
    .set({ answered_at: new Date(answered.atMs), reason_code: answered.reasonCode })
    .where("id", "=", answered.id)
    .execute();
}

const selectWaiting = (db: Kysely<Tables>, of: { deviceId: AssetId; atMs: EpochMs }) =>
  db
    .selectFrom("device_command")
    .selectAll()
    .where("device_id", "=", of.deviceId)
    .where("answered_at", "is", null)
    .where("expires_at", ">", new Date(of.atMs))
    .orderBy("id");

import {
  type EpochMs,
  epochMs,
  type OrganisationId,
  organisationId,
  type TrialId,
  trialId,
} from "@pista/kernel";
import { type DeviceModelId, deviceModelId, type ReportMapping } from "@pista/parking";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** A make of sensor: the vendor's payload codec, and what its decoded data mean. */
export type DeviceModel = {
  readonly modelId: DeviceModelId;
  readonly organisationId: OrganisationId;
  readonly name: string;
  /** The vendor's JavaScript (LoRaWAN Payload Codec API, TS013). */
  readonly codec: string;
  readonly mapping: ReportMapping;
  readonly createdAtMs: EpochMs;
};

export async function readDeviceModels(db: Kysely<Tables>): Promise<readonly DeviceModel[]> {
  const rows = await db.selectFrom("device_model").selectAll().orderBy("id").execute();
  return rows.map((row) => ({
    modelId: deviceModelId(row.id),
    organisationId: organisationId(row.organisation_id),
    name: row.name,
    codec: row.codec,
    // Only insertDeviceModel writes it, from a value of this type.
    mapping: row.mapping as ReportMapping,
    createdAtMs: epochMs(row.created_at.getTime()),
  }));
}

export async function insertDeviceModel(db: Kysely<Tables>, model: DeviceModel): Promise<void> {
  await db
    .insertInto("device_model")
    .values({
      id: model.modelId,
      organisation_id: model.organisationId,
      name: model.name,
      codec: model.codec,
      mapping: JSON.stringify(model.mapping),
      created_at: new Date(model.createdAtMs),
    })
    .execute();
}

export async function readHookSecrets(
  db: Kysely<Tables>,
): Promise<readonly { trialId: TrialId; secretHash: Uint8Array }[]> {
  const rows = await db.selectFrom("hook_secret").selectAll().execute();
  return rows.map((row) => ({ trialId: trialId(row.trial_id), secretHash: row.secret_hash }));
}

/** The secret that was there before is void from the commit on. */
export async function upsertHookSecret(
  db: Kysely<Tables>,
  secret: {
    trialId: TrialId;
    organisationId: OrganisationId;
    secretHash: Uint8Array;
    atMs: EpochMs;
  },
): Promise<void> {
  const changing = { secret_hash: secret.secretHash, created_at: new Date(secret.atMs) };
  await db
    .insertInto("hook_secret")
    .values({ trial_id: secret.trialId, organisation_id: secret.organisationId, ...changing })
    .onConflict((conflict) => conflict.column("trial_id").doUpdateSet(changing))
    .execute();
}

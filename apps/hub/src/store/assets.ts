import { type GatewayId, gatewayId } from "@pista/flight";
import { type DevEui, parseDevEui } from "@pista/formats";
import {
  type AssetId,
  assetId,
  type EpochMs,
  type OrganisationId,
  organisationId,
} from "@pista/kernel";
import { type DeviceModelId, deviceModelId } from "@pista/parking";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export type Asset = {
  readonly assetId: AssetId;
  readonly organisationId: OrganisationId;
  readonly kind: "drone" | "sensor";
  readonly name: string;
  readonly model: string;
  /** HMAC of the device's key; undefined for what does not connect by itself. */
  readonly keyHash: Uint8Array | undefined;
  /** The model whose codec reads its bytes; left out for what sends reports of its own. */
  readonly modelId?: DeviceModelId | undefined;
  /** By which a LoRaWAN network server knows it. */
  readonly devEui?: DevEui | undefined;
};

/** Those that have not ended. */
export async function readAssets(db: Kysely<Tables>): Promise<readonly Asset[]> {
  const rows = await db
    .selectFrom("asset")
    .selectAll()
    .where("ended_at", "is", null)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    assetId: assetId(row.id),
    organisationId: organisationId(row.organisation_id),
    kind: row.kind,
    name: row.name,
    model: row.model,
    keyHash: row.key_hash ?? undefined,
    modelId: row.model_id === null ? undefined : deviceModelId(row.model_id),
    devEui: parseDevEui(row.dev_eui ?? ""),
  }));
}

/** Sensors that have not ended, in the order of their ids. */
export async function readSensorIds(
  db: Kysely<Tables>,
  { after, limit }: { after: string; limit: number },
): Promise<readonly AssetId[]> {
  const rows = await db
    .selectFrom("asset")
    .select("id")
    .where("kind", "=", "sensor")
    .where("ended_at", "is", null)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => assetId(id));
}

export async function insertAsset(db: Kysely<Tables>, asset: Asset): Promise<void> {
  await db
    .insertInto("asset")
    .values({
      id: asset.assetId,
      organisation_id: asset.organisationId,
      kind: asset.kind,
      name: asset.name,
      model: asset.model,
      key_hash: asset.keyHash ?? null,
      model_id: asset.modelId ?? null,
      dev_eui: asset.devEui ?? null,
    })
    .execute();
}

/** What may change in the life of an asset; its kind and its EUI do not. */
export async function updateAsset(db: Kysely<Tables>, asset: Asset): Promise<void> {
  await db
    .updateTable("asset")
    .set({
      organisation_id: asset.organisationId,
      name: asset.name,
      model: asset.model,
      key_hash: asset.keyHash ?? null,
      model_id: asset.modelId ?? null,
    })
    .where("id", "=", asset.assetId)
    .execute();
}

/** It keeps its row, which its commands and leases name, and nothing by which it could speak. */
export async function endAsset(
  db: Kysely<Tables>,
  { assetId: id, atMs }: { assetId: AssetId; atMs: EpochMs },
): Promise<void> {
  await db
    .updateTable("asset")
    .set({ key_hash: null, dev_eui: null, ended_at: new Date(atMs) })
    .where("id", "=", id)
    .execute();
}

export type Gateway = {
  readonly gatewayId: GatewayId;
  readonly assetId: AssetId;
  readonly organisationId: OrganisationId;
  /** [AU8] Ed25519, pinned at enrolment; undefined until then. */
  readonly publicKey: Uint8Array | undefined;
};

export async function readGateways(db: Kysely<Tables>): Promise<readonly Gateway[]> {
  const rows = await db.selectFrom("gateway").selectAll().execute();
  return rows.map((row) => ({
    gatewayId: gatewayId(row.id),
    assetId: assetId(row.asset_id),
    organisationId: organisationId(row.organisation_id),
    publicKey: row.public_key ?? undefined,
  }));
}

/** [AU8] Announces a gateway or gives it a new code; a key that was pinned stays until it enrols. */
export async function upsertGatewayCode(
  db: Kysely<Tables>,
  gateway: {
    gatewayId: GatewayId;
    assetId: AssetId;
    organisationId: OrganisationId;
    codeHash: Uint8Array;
    expiresAtMs: number;
  },
): Promise<GatewayId> {
  const code = {
    code_hash: gateway.codeHash,
    code_expires_at: new Date(gateway.expiresAtMs),
  };
  const row = await db
    .insertInto("gateway")
    .values({
      id: gateway.gatewayId,
      asset_id: gateway.assetId,
      organisation_id: gateway.organisationId,
      ...code,
    })
    .onConflict((conflict) => conflict.column("asset_id").doUpdateSet(code))
    .returning("id")
    .executeTakeFirstOrThrow();
  return gatewayId(row.id);
}

/** [AU8] False when the old key is not, or no longer, what is pinned. */
export async function replaceGatewayKey(
  db: Kysely<Tables>,
  gatewayId: GatewayId,
  key: { readonly from: Uint8Array; readonly to: Uint8Array },
): Promise<boolean> {
  const replaced = await db
    .updateTable("gateway")
    .set({ public_key: key.to })
    .where("id", "=", gatewayId)
    .where("public_key", "=", key.from)
    .returning("id")
    .executeTakeFirst();
  return replaced !== undefined;
}

/** [AU8] Pins the key and spends the code in one statement, so that a code works once. */
export async function enrolGateway(
  db: Kysely<Tables>,
  enrolment: { codeHash: Uint8Array; publicKey: Uint8Array; atMs: number },
): Promise<Gateway | undefined> {
  const row = await db
    .updateTable("gateway")
    .set({
      public_key: enrolment.publicKey,
      enrolled_at: new Date(enrolment.atMs),
      code_hash: null,
      code_expires_at: null,
    })
    .where("code_hash", "=", enrolment.codeHash)
    .where("code_expires_at", ">", new Date(enrolment.atMs))
    .returningAll()
    .executeTakeFirst();
  return (
    row && {
      gatewayId: gatewayId(row.id),
      assetId: assetId(row.asset_id),
      organisationId: organisationId(row.organisation_id),
      publicKey: row.public_key ?? undefined,
    }
  );
}

import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AssetId, assert, assetId, type EpochMs, personId } from "@pista/kernel";
import { itemsOf, nextVersions, parseInventory } from "@pista/parking";
import { sql, type Transaction } from "kysely";
import {
  demonstrationBays,
  demonstrationDrone,
  demonstrationLinks,
  demonstrationOrganisation,
  demonstrationPeople,
  demonstrationSite,
  demonstrationTrial,
  demonstrationZones,
  sanSalvarioSite,
  sanSalvarioTrial,
} from "../demonstration/demonstration-city.ts";
import { demonstrationInventory } from "../demonstration/demonstration-inventory.ts";
import { kerbSensorModel } from "../demonstration/kerb-sensor-model.ts";
import { HubError } from "../errors.ts";
import { insertAsset } from "../store/assets.ts";
import { insertDeviceModel, upsertHookSecret } from "../store/device-models.ts";
import { bindDevices } from "../store/inventory.ts";
import { chunksOf, stepsOf, writeSteps } from "../store/inventory-items.ts";
import { insertOrganisation, insertPerson } from "../store/people.ts";
import { insertSite, insertTrial } from "../store/programme.ts";
import type { Tables } from "../store/tables.ts";
import { type HubContext, newSecret } from "./context.ts";
import type { Passwords } from "./passwords.ts";
import { cityOrganisation } from "./people.ts";
import { demonstrationDomain } from "./sign-in.ts";

export type DemonstrationAccount = {
  readonly email: string;
  readonly password: string;
  readonly roles: readonly string[];
};

type Base = Pick<HubContext, "clock" | "db" | "draw" | "hasher">;

/** By it a sensor of the demonstration is told from one that a person added. */
const sensorModel = "Simulated bay sensor";

const accountsFile = (dataDirectory: string): string => join(dataDirectory, "demo-accounts.json");

/** Whether this data directory holds the demonstration city. */
export async function hasDemonstration(context: Base): Promise<boolean> {
  const row = await context.db
    .selectFrom("organisation")
    .select("id")
    .where("id", "=", demonstrationOrganisation.organisationId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Writes the demonstration city into an empty data directory, with passwords of its own. The file
 * comes first: accounts that nobody can know would be worse than a file without accounts.
 */
export async function seedDemonstration(
  context: Base,
  passwords: Passwords,
  dataDirectory: string,
): Promise<void> {
  const accounts = demonstrationPeople.map((person) => ({
    person,
    email: `${person.id.replace("demo-", "")}@${demonstrationDomain}`,
    password: newSecret(context).slice(0, 16),
  }));
  await writePrivately(
    accountsFile(dataDirectory),
    accounts.map(({ email, password, person }) => ({ email, password, roles: person.roles })),
  );
  const hashed = await Promise.all(
    accounts.map(async (account) => ({
      ...account,
      passwordHash: await passwords.hash(account.password),
    })),
  );
  const nowMs = context.clock.nowMs();
  const { organisationId: owner } = demonstrationOrganisation;
  await context.db.transaction().execute(async (transaction) => {
    await insertOrganisation(transaction, demonstrationOrganisation);
    await insertOrganisation(transaction, cityOrganisation);
    for (const { person, email, passwordHash } of hashed) {
      const isCity = person.id !== "demo-pilot";
      const organisationId = isCity ? cityOrganisation.organisationId : owner;
      const { name, roles } = person;
      const row = { personId: personId(person.id), organisationId, email, name, roles };
      await insertPerson(transaction, { ...row, createdAtMs: nowMs }, passwordHash);
    }
    await insertAsset(transaction, {
      ...demonstrationDrone,
      organisationId: owner,
      kind: "drone",
      keyHash: undefined,
    });
    await insertDeviceModel(transaction, {
      ...kerbSensorModel,
      organisationId: owner,
      createdAtMs: nowMs,
    });
    await insertInventory(transaction, nowMs);
    await insertSite(transaction, demonstrationSite, owner);
    await insertSite(transaction, sanSalvarioSite, owner);
    await insertTrial(transaction, demonstrationTrial(nowMs), nowMs);
    await insertTrial(transaction, sanSalvarioTrial(nowMs), nowMs);
  });
}

/** The city's inventory as anybody's is taken in, and then the sensors of its bays. */
async function insertInventory(transaction: Transaction<Tables>, nowMs: EpochMs): Promise<void> {
  const { organisationId: owner } = demonstrationOrganisation;
  const inventory = parseInventory(demonstrationInventory);
  assert(inventory.ok, "The demonstration's inventory has no faults.");
  await writeSteps(transaction, owner, stepsOf(nextVersions([], itemsOf(inventory.value), nowMs)));
  for (const bays of chunksOf(demonstrationBays)) {
    const sensors = bays.flatMap(({ bayId, deviceId, label }) =>
      deviceId ? { bayId, deviceId, label } : [],
    );
    await transaction
      .insertInto("asset")
      .values(
        sensors.flatMap(({ deviceId, bayId, label }) => {
          const link = demonstrationLinks.get(bayId);
          if (!deviceId || !link) return [];
          return {
            id: deviceId,
            organisation_id: owner,
            kind: "sensor" as const,
            name: `Sensor, ${label}`,
            model: sensorModel,
            key_hash: null,
            model_id: link.door === "report" ? null : kerbSensorModel.modelId,
            dev_eui: link.devEui ?? null,
          };
        }),
      )
      .execute();
    await bindDevices(transaction, sensors);
  }
}

/** The accounts as they were drawn when the city was made. */
export async function readDemonstrationAccounts(
  dataDirectory: string,
): Promise<readonly DemonstrationAccount[]> {
  const path = accountsFile(dataDirectory);
  try {
    const text = await readFile(path, "utf8");
    return JSON.parse(text) as DemonstrationAccount[]; // Only seedDemonstration writes this file.
  } catch (cause) {
    const message = `${path} cannot be read. Start with --no-demo, or with an empty data directory.`;
    throw new HubError("HUB_DEMONSTRATION", message, { cause });
  }
}

/**
 * Gives every simulated sensor a new key, and the simulated network servers a new secret, and writes
 * them where the simulator reads them: nowhere is one kept in the clear for longer than one run. The sensors are those that this data
 * directory was made with, which may be fewer than a new one would get.
 */
export async function renewDemonstrationKeys(
  context: Base,
  dataDirectory: string,
): Promise<{ file: string; keyHashes: ReadonlyMap<AssetId, Uint8Array> }> {
  const sensors = await context.db
    .selectFrom("bay")
    .innerJoin("asset", "asset.id", "bay.device_id")
    .where("asset.organisation_id", "=", demonstrationOrganisation.organisationId)
    .where("asset.model", "=", sensorModel)
    .select(["bay.id as bayId", "bay.zone_id as zoneId", "asset.id as deviceId"])
    .select(["asset.model_id as modelId", "asset.dev_eui as devEui"])
    .orderBy("bay.id")
    .execute();
  const keyHashes = new Map<AssetId, Uint8Array>();
  const devices = sensors.map(({ bayId, zoneId, deviceId, modelId, devEui }) => {
    const key = newSecret(context);
    keyHashes.set(assetId(deviceId), context.hasher.hash("device-key", key));
    // One without a model is of an earlier version's directory: it reports in JSON, as it did then.
    const link = modelId === null ? undefined : demonstrationLinks.get(bayId);
    const radio = { door: link?.door ?? "report", devEui: devEui ?? undefined };
    return { deviceId, bayId, life: lifeOf.get(zoneId), ...radio, key };
  });
  await writeKeyHashes(context, keyHashes);
  const file = join(dataDirectory, "demo-devices.json");
  const isHeard = devices.some(({ devEui }) => devEui !== undefined);
  const hook = isHeard ? await renewHookSecret(context) : undefined;
  await writePrivately(file, { devices, hook });
  return { file, keyHashes };
}

/** The secret before it, also one that a person asked for, is void. */
async function renewHookSecret(context: Base): Promise<{ trialId: string; secret: string }> {
  const secret = newSecret(context);
  const atMs = context.clock.nowMs();
  const secretHash = context.hasher.hash("hook-secret", secret);
  const { trialId, organisationId } = sanSalvarioTrial(atMs);
  await upsertHookSecret(context.db, { trialId, organisationId, secretHash, atMs });
  return { trialId, secret };
}

const lifeOf: ReadonlyMap<string, string> = new Map(
  demonstrationZones.map(({ zoneId, life }) => [zoneId, life]),
);

/** One statement: a round trip to the store for each of 1,200 sensors would hold up every start. */
async function writeKeyHashes(
  context: Base,
  keyHashes: ReadonlyMap<AssetId, Uint8Array>,
): Promise<void> {
  if (keyHashes.size === 0) return;
  const rows = Array.from(keyHashes, ([id, hash]) => sql`(${id}::text, ${hash}::bytea)`);
  await sql`
    update asset set key_hash = fresh.key_hash
    from (values ${sql.join(rows)}) as fresh (id, key_hash)
    where asset.id = fresh.id
  `.execute(context.db);
}

/** 0600 from its first byte, and whole or not at all. */
async function writePrivately(path: string, value: unknown): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

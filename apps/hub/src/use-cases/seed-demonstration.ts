import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AssetId, personId } from "@pista/kernel";
import {
  demonstrationBays,
  demonstrationDrone,
  demonstrationOrganisation,
  demonstrationPeople,
  demonstrationSite,
  demonstrationTrial,
  demonstrationZone,
} from "../demonstration/demonstration-city.ts";
import { HubError } from "../errors.ts";
import { insertAsset, updateDeviceKey } from "../store/assets.ts";
import { insertBays } from "../store/inventory.ts";
import { insertOrganisation, insertPerson } from "../store/people.ts";
import { insertSite, insertTrial } from "../store/programme.ts";
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
    for (const { deviceId, label } of demonstrationBays) {
      if (!deviceId) continue;
      await insertAsset(transaction, {
        assetId: deviceId,
        organisationId: owner,
        kind: "sensor",
        name: `Sensor, ${label}`,
        model: "Simulated bay sensor",
        keyHash: undefined,
      });
    }
    await transaction
      .insertInto("zone")
      .values({
        id: demonstrationZone.zoneId,
        organisation_id: owner,
        name: demonstrationZone.name,
      })
      .execute();
    await insertBays(transaction, demonstrationBays);
    await insertSite(transaction, demonstrationSite, owner);
    await insertTrial(transaction, demonstrationTrial(nowMs), nowMs);
  });
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
 * Gives every simulated sensor a new key and writes them where the simulator reads them: nowhere is
 * a device key kept in the clear for longer than one run.
 */
export async function renewDemonstrationKeys(
  context: Base,
  dataDirectory: string,
): Promise<{ file: string; keyHashes: ReadonlyMap<AssetId, Uint8Array> }> {
  const keyHashes = new Map<AssetId, Uint8Array>();
  const devices = demonstrationBays.flatMap(({ bayId, deviceId }) => {
    if (!deviceId) return [];
    const key = newSecret(context);
    keyHashes.set(deviceId, context.hasher.hash("device-key", key));
    return [{ deviceId, bayId, key }];
  });
  await context.db.transaction().execute(async (transaction) => {
    for (const [assetId, keyHash] of keyHashes) {
      await updateDeviceKey(transaction, { assetId, keyHash });
    }
  });
  const file = join(dataDirectory, "demo-devices.json");
  await writePrivately(file, { devices });
  return { file, keyHashes };
}

/** 0600 from its first byte, and whole or not at all. */
async function writePrivately(path: string, value: unknown): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

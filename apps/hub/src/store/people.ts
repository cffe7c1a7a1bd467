import { type OrganisationId, organisationId, type PersonId, personId } from "@pista/kernel";
import { type Role, roles } from "@pista/programme";
import type { Kysely, Selectable } from "kysely";
import type { Tables } from "./tables.ts";

export type Person = {
  readonly personId: PersonId;
  readonly organisationId: OrganisationId;
  readonly organisationName: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAtMs: number;
};

const isRole = (text: string): text is Role => roles.some((role) => role === text);

type PersonRow = Selectable<Tables["person"]> & { organisation_name: string };

const toPerson = (row: PersonRow): Person => ({
  personId: personId(row.id),
  organisationId: organisationId(row.organisation_id),
  organisationName: row.organisation_name,
  email: row.email,
  name: row.name,
  roles: row.roles.filter(isRole),
  createdAtMs: row.created_at.getTime(),
});

const selectPeople = (db: Kysely<Tables>) =>
  db
    .selectFrom("person")
    .innerJoin("organisation", "organisation.id", "person.organisation_id")
    .selectAll("person")
    .select("organisation.name as organisation_name");

export async function readPeople(db: Kysely<Tables>): Promise<readonly Person[]> {
  const rows = await selectPeople(db).orderBy("person.name").limit(1_000).execute();
  return rows.map(toPerson);
}

export async function findPersonByEmail(
  db: Kysely<Tables>,
  email: string,
): Promise<{ person: Person; passwordHash: string } | undefined> {
  const row = await selectPeople(db)
    .where((eb) => eb(eb.fn("lower", ["person.email"]), "=", email.toLowerCase()))
    .executeTakeFirst();
  return row && { person: toPerson(row), passwordHash: row.password_hash };
}

export async function insertPerson(
  db: Kysely<Tables>,
  person: Omit<Person, "organisationName">,
  passwordHash: string,
): Promise<void> {
  await db
    .insertInto("person")
    .values({
      id: person.personId,
      organisation_id: person.organisationId,
      email: person.email,
      name: person.name,
      roles: [...person.roles],
      password_hash: passwordHash,
      created_at: new Date(person.createdAtMs),
    })
    .execute();
}

export async function insertOrganisation(
  db: Kysely<Tables>,
  organisation: { organisationId: OrganisationId; name: string },
): Promise<void> {
  await db
    .insertInto("organisation")
    .values({ id: organisation.organisationId, name: organisation.name })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

export async function readOrganisations(db: Kysely<Tables>): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom("organisation").selectAll().execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

export async function insertSignIn(
  db: Kysely<Tables>,
  signIn: { tokenHash: Uint8Array; personId: PersonId; atMs: number; expiresAtMs: number },
): Promise<void> {
  // Whoever signs in sweeps up what has expired, so that the table stays as small as its use.
  await db.deleteFrom("sign_in").where("expires_at", "<", new Date(signIn.atMs)).execute();
  await db
    .insertInto("sign_in")
    .values({
      token_hash: signIn.tokenHash,
      person_id: signIn.personId,
      created_at: new Date(signIn.atMs),
      expires_at: new Date(signIn.expiresAtMs),
    })
    .execute();
}

export async function deleteSignIn(db: Kysely<Tables>, tokenHash: Uint8Array): Promise<void> {
  await db.deleteFrom("sign_in").where("token_hash", "=", tokenHash).execute();
}

export async function findSignIn(
  db: Kysely<Tables>,
  tokenHash: Uint8Array,
  nowMs: number,
): Promise<Person | undefined> {
  const row = await selectPeople(db)
    .innerJoin("sign_in", "sign_in.person_id", "person.id")
    .where("sign_in.token_hash", "=", tokenHash)
    .where("sign_in.expires_at", ">", new Date(nowMs))
    .executeTakeFirst();
  return row && toPerson(row);
}

export async function findApiKeyOwner(
  db: Kysely<Tables>,
  secretHash: Uint8Array,
  nowMs: number,
): Promise<Person | undefined> {
  const row = await selectPeople(db)
    .innerJoin("api_key", "api_key.person_id", "person.id")
    .where("api_key.secret_hash", "=", secretHash)
    .executeTakeFirst();
  if (!row) return undefined;
  await db
    .updateTable("api_key")
    .set({ last_used_at: new Date(nowMs) })
    .where("secret_hash", "=", secretHash)
    .execute();
  return toPerson(row);
}

export async function readApiKeys(db: Kysely<Tables>, owner: PersonId) {
  return db
    .selectFrom("api_key")
    .select(["id", "label", "created_at", "last_used_at"])
    .where("person_id", "=", owner)
    .orderBy("created_at")
    .execute();
}

export async function insertApiKey(
  db: Kysely<Tables>,
  key: { id: string; personId: PersonId; label: string; secretHash: Uint8Array; atMs: number },
): Promise<void> {
  await db
    .insertInto("api_key")
    .values({
      id: key.id,
      person_id: key.personId,
      label: key.label,
      secret_hash: key.secretHash,
      created_at: new Date(key.atMs),
      last_used_at: null,
    })
    .execute();
}

/** The hash of the key that is gone, so that whoever remembers it forgets it too. */
export async function deleteApiKey(
  db: Kysely<Tables>,
  key: { id: string; personId: PersonId },
): Promise<Uint8Array | undefined> {
  const row = await db
    .deleteFrom("api_key")
    .where("id", "=", key.id)
    .where("person_id", "=", key.personId)
    .returning("secret_hash")
    .executeTakeFirst();
  return row?.secret_hash;
}

import type { ApiKeyView, PersonView } from "@pista/contracts";
import {
  epochMs,
  fail,
  formatRfc3339,
  ok,
  organisationId,
  personId,
  type Result,
} from "@pista/kernel";
import type { Role } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { QueryError, sqlStates } from "../store/errors.ts";
import {
  deleteApiKey,
  insertApiKey,
  insertOrganisation,
  insertPerson,
  type Person,
  readApiKeys,
  readPeople,
} from "../store/people.ts";
import {
  type Actor,
  actorOf,
  commitAudited,
  type HubContext,
  newId,
  newSecret,
} from "./context.ts";
import type { Passwords } from "./passwords.ts";

/** The city's own office: who runs this hub. */
export const cityOrganisation = {
  organisationId: organisationId("city"),
  name: "City office",
} as const;

export type NewPerson = {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly password: string | undefined;
};

/** Gives somebody an account in the city's office; without a password one is drawn. */
export async function addPerson(
  context: HubContext,
  passwords: Passwords,
  actor: Actor,
  wish: NewPerson,
): Promise<Result<{ person: Person; password: string | null }, Refusal>> {
  const password = wish.password ?? newSecret(context);
  const passwordHash = await passwords.hash(password);
  const { organisationId: owner, name: organisationName } = cityOrganisation;
  const person = {
    personId: personId(newId(context, "person")),
    organisationId: owner,
    email: wish.email.toLowerCase(),
    name: wish.name,
    roles: wish.roles,
    createdAtMs: context.clock.nowMs(),
  };
  const line = {
    action: "person.add",
    subject: { kind: "person", id: person.personId },
    detail: { email: person.email, roles: person.roles },
  };
  try {
    await commitAudited(context, actor, line, async (transaction) => {
      await insertOrganisation(transaction, cityOrganisation);
      await insertPerson(transaction, person, passwordHash);
    });
  } catch (cause) {
    if (cause instanceof QueryError && cause.sqlState === sqlStates.uniqueViolation) {
      return fail({ kind: "email-taken", detail: `${person.email} has an account already.` });
    }
    throw cause;
  }
  const drawn = wish.password === undefined ? password : null;
  return ok({ person: { ...person, organisationName }, password: drawn });
}

export const listPeople = async (context: HubContext): Promise<readonly PersonView[]> =>
  (await readPeople(context.db)).map(personView);

export const personView = (person: NonNullable<Asker["person"]>): PersonView => ({
  id: person.personId,
  email: person.email,
  name: person.name,
  organisation: { id: person.organisationId, name: person.organisationName },
  roles: [...person.roles],
  createdAt: formatRfc3339(epochMs(person.createdAtMs)),
});

export async function listApiKeys(context: HubContext, asker: Asker): Promise<ApiKeyView[]> {
  if (!asker.person) return [];
  const rows = await readApiKeys(context.db, personId(asker.person.personId));
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }));
}

const needsPerson: Refusal = {
  kind: "not-permitted",
  detail: "An API key is a person's: sign in as one.",
};

export async function addApiKey(
  context: HubContext,
  asker: Asker,
  label: string,
): Promise<Result<{ apiKey: ApiKeyView; secret: string }, Refusal>> {
  if (!asker.person) return fail(needsPerson);
  const owner = personId(asker.person.personId);
  const secret = newSecret(context);
  const id = newId(context, "key");
  const atMs = context.clock.nowMs();
  const line = { action: "api-key.add", subject: { kind: "api-key", id }, detail: { label } };
  await commitAudited(context, actorOf(asker), line, (transaction) =>
    insertApiKey(transaction, {
      id,
      personId: owner,
      label,
      secretHash: context.hasher.hash("api-key", secret),
      atMs,
    }),
  );
  const apiKey = { id, label, createdAt: formatRfc3339(atMs), lastUsedAt: null };
  return ok({ apiKey, secret });
}

/** Resolves to the hash of the key that is void from now on. */
export async function removeApiKey(
  context: HubContext,
  asker: Asker,
  id: string,
): Promise<Result<Uint8Array, Refusal>> {
  if (!asker.person) return fail(needsPerson);
  const owner = personId(asker.person.personId);
  const line = { action: "api-key.remove", subject: { kind: "api-key", id }, detail: {} };
  const removed = await commitAudited(context, actorOf(asker), line, (transaction) =>
    deleteApiKey(transaction, { id, personId: owner }),
  );
  return removed ? ok(removed) : fail({ kind: "not-found", detail: `You have no key ${id}.` });
}

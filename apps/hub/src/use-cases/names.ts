import type { AssetId, PersonId } from "@pista/kernel";
import type { Kysely } from "kysely";
import { readOrganisations, readPeople } from "../store/people.ts";
import type { Tables } from "../store/tables.ts";
import type { Registry } from "./devices.ts";
import type { Names } from "./trials.ts";

/** Names of people and organisations in memory; an id stands in for what has none. */
export async function createNames(
  db: Kysely<Tables>,
  registry: Registry,
): Promise<Names & { reload(): Promise<void> }> {
  let organisations: ReadonlyMap<string, string> = new Map();
  let people: ReadonlyMap<PersonId, string> = new Map();
  const reload = async (): Promise<void> => {
    organisations = await readOrganisations(db);
    people = new Map((await readPeople(db)).map(({ personId, name }) => [personId, name]));
  };
  await reload();
  return {
    reload,
    organisation: (id) => organisations.get(id) ?? id,
    person: (id) => people.get(id) ?? id,
    asset(id: AssetId) {
      const asset = registry.asset(id);
      return { name: asset?.name ?? id, kind: asset?.kind ?? "sensor" };
    },
  };
}

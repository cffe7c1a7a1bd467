import {
  assetId,
  epochMs,
  type OrganisationId,
  organisationId,
  personId,
  siteId,
  trialId,
} from "@pista/kernel";
import type { Site, Trial } from "@pista/programme";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Sites and trials are stored as they are in the domain, as JSON that only this file writes; their
 * identities pass their constructors again on the way back.
 */
export async function readSites(db: Kysely<Tables>): Promise<readonly Site[]> {
  const rows = await db.selectFrom("site").selectAll().execute();
  return rows.map((row) => {
    const body = row.body as Omit<Site, "siteId" | "version" | "indoor"> & {
      indoor: Site["indoor"] | null;
    };
    return {
      ...body,
      siteId: siteId(row.id),
      version: row.version,
      indoor: body.indoor ?? undefined,
    };
  });
}

export async function insertSite(
  db: Kysely<Tables>,
  site: Site,
  owner: OrganisationId,
): Promise<void> {
  const { siteId: id, version, ...body } = site;
  await db
    .insertInto("site")
    .values({ id, version, organisation_id: owner, body: JSON.stringify(body) })
    .execute();
}

/** The newest version of every trial. */
export async function readTrials(db: Kysely<Tables>): Promise<readonly Trial[]> {
  const rows = await db
    .selectFrom("trial")
    .distinctOn("id")
    .selectAll()
    .orderBy("id")
    .orderBy("version", "desc")
    .execute();
  return rows.map((row) => {
    const body = row.body as Trial;
    return {
      ...body,
      trialId: trialId(row.id),
      version: row.version,
      organisationId: organisationId(row.organisation_id),
      site: { siteId: siteId(body.site.siteId), version: body.site.version },
      assetIds: body.assetIds.map(assetId),
      grants: body.grants.map((grant) => ({
        personId: personId(grant.personId),
        action: grant.action,
        assetId: assetId(grant.assetId),
      })),
    };
  });
}

/** Adds a version; a version that is there already is refused by the primary key. */
export async function insertTrial(
  db: Kysely<Tables>,
  trial: Trial,
  writtenAtMs: number,
): Promise<void> {
  const { trialId: id, version, organisationId: owner, ...body } = trial;
  await db
    .insertInto("trial")
    .values({
      id,
      version,
      organisation_id: owner,
      state: trial.progress.state,
      body: JSON.stringify(body),
      written_at: new Date(epochMs(writtenAtMs)),
    })
    .execute();
}

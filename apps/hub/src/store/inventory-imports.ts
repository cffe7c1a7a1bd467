import { type OrganisationId, organisationId } from "@pista/kernel";
import type { ItemVersion } from "@pista/parking";
import type { Kysely } from "kysely";
import { chunksOf, type VersionStep, writeSteps } from "./inventory-items.ts";
import type { Tables } from "./tables.ts";

/**
 * An import is all of it or none of it, yet one transaction of 20,000 items would keep the embedded
 * store for seconds. So its parts are laid down first, each in a transaction of its own; one small
 * transaction decides; then each part is written and taken away in a transaction of its own. What a
 * crash leaves undecided is dropped, what it leaves decided is written to the end (`nextPart`).
 */
export type StagedImport = { readonly id: string; readonly owner: OrganisationId };

/** Items of one transaction, which keeps the store for some 20 ms. */
const itemsPerPart = 100;

export async function stageImport(
  db: Kysely<Tables>,
  { id, owner }: StagedImport,
  steps: readonly VersionStep[],
): Promise<void> {
  await db.insertInto("inventory_import").values({ id, organisation_id: owner }).execute();
  for (const [part, some] of chunksOf(steps, itemsPerPart).entries()) {
    const row = { import_id: id, part, steps: JSON.stringify(some) };
    await db.insertInto("inventory_import_part").values(row).execute();
  }
}

/** From its transaction's commit on the import happens, whatever else does. */
export async function decideImport(transaction: Kysely<Tables>, id: string): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable("inventory_import")
    .set({ is_decided: true })
    .where("id", "=", id)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`The import ${id} was not laid down.`);
}

/** Those that a crash, or a store that went away, left decided. */
export async function readDecidedImports(db: Kysely<Tables>): Promise<readonly StagedImport[]> {
  const rows = await db
    .selectFrom("inventory_import")
    .selectAll()
    .where("is_decided", "=", true)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ id: row.id, owner: organisationId(row.organisation_id) }));
}

/** A part at a time, for the same reason. */
export async function dropUndecidedImports(db: Kysely<Tables>): Promise<void> {
  const undecided = await db
    .selectFrom("inventory_import")
    .select("id")
    .where("is_decided", "=", false)
    .execute();
  for (const { id } of undecided) {
    await db.deleteFrom("inventory_import").where("id", "=", id).execute();
  }
}

/** Writes the next part of a decided import and resolves with it; undefined when all of it is written. */
export async function writeNextPart(
  db: Kysely<Tables>,
  { id, owner }: StagedImport,
): Promise<readonly VersionStep[] | undefined> {
  return db.transaction().execute(async (transaction) => {
    const next = await transaction
      .selectFrom("inventory_import_part")
      .select(["part", "steps"])
      .where("import_id", "=", id)
      .orderBy("part")
      .limit(1)
      .executeTakeFirst();
    if (!next) {
      await transaction.deleteFrom("inventory_import").where("id", "=", id).execute();
      return undefined;
    }
    const steps = JSON.parse(next.steps) as readonly VersionStep[]; // stageImport alone writes them.
    await writeSteps(transaction, owner, steps);
    await transaction
      .deleteFrom("inventory_import_part")
      .where("import_id", "=", id)
      .where("part", "=", next.part)
      .execute();
    return steps;
  });
}

/** What a part did to items, for whoever shows them. */
export const itemsOfSteps = (
  steps: readonly VersionStep[],
): { readonly begun: readonly ItemVersion[]; readonly gone: readonly ItemVersion[] } => ({
  begun: steps.flatMap(({ after }) => after ?? []),
  gone: steps.flatMap(({ before, after }) => (after ? [] : (before ?? []))),
});

import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export type AuditEntry = {
  readonly atMs: number;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string };
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Every change by a person leaves its line in the transaction that makes it. */
export async function insertAudit(db: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  await db
    .insertInto("audit")
    .values({
      at: new Date(entry.atMs),
      actor_kind: entry.actor.kind,
      actor_id: entry.actor.id,
      actor_name: entry.actor.name,
      action: entry.action,
      subject_kind: entry.subject.kind,
      subject_id: entry.subject.id,
      detail: JSON.stringify(entry.detail),
    })
    .execute();
}

/** Newest first, those before the cursor. */
export async function readAudit(
  db: Kysely<Tables>,
  page: { before: number | undefined; limit: number },
) {
  let query = db.selectFrom("audit").selectAll().orderBy("id", "desc").limit(page.limit);
  if (page.before !== undefined) query = query.where("id", "<", page.before);
  return query.execute();
}

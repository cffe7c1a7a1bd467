import { type Kysely, sql, type Transaction } from "kysely";
import { StoreError } from "./errors.ts";

/** One step of the schema. Once released it never changes: a correction is a new step. */
export type Migration = {
  /** "0001-organisations": four digits, then what it is about. */
  readonly name: string;
  readonly up: (transaction: Transaction<unknown>) => Promise<void>;
};

export type MigrationReport = { readonly applied: readonly string[] };

/** Held to the end of each step's transaction, so that two hubs on one server take turns. */
const migrationLockKey = 0x50697374; // "Pist"

/**
 * Brings the schema to what this program knows, one transaction for each step.
 *
 * A migrator of ours rather than Kysely's: that one reports a database from a newer program as
 * "corrupted", has no codes, keeps a second table for its lock, and runs all steps in one
 * transaction or in none. What remains is short.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: readonly Migration[],
): Promise<MigrationReport> {
  checkNames(migrations);
  await ensureTable(db);
  const applied: string[] = [];
  for (const [index, migration] of migrations.entries()) {
    const isNew = await db.transaction().execute(async (transaction) => {
      await lock(transaction);
      const known = await readApplied(transaction);
      checkHistory(migrations, known);
      if (index < known.length) return false;
      await apply(transaction, migration);
      return true;
    });
    if (isNew) applied.push(migration.name);
  }
  // Also when there is nothing to do, the database may come from a newer program.
  checkHistory(migrations, await readApplied(db));
  return { applied };
}

function checkNames(migrations: readonly Migration[]): void {
  migrations.forEach(({ name }, index) => {
    const number = String(index + 1).padStart(4, "0");
    if (!name.startsWith(`${number}-`)) {
      throw new StoreError("STORE_MIGRATION_FAILED", {
        migration: name,
        reason: `its name does not start with ${number}`,
      });
    }
  });
}

/** What was applied must be the beginning of what this program knows. */
function checkHistory(migrations: readonly Migration[], known: readonly string[]): void {
  const unknown = known.filter((name, index) => migrations[index]?.name !== name);
  if (unknown.length > 0) throw new StoreError("STORE_NEWER", { unknownMigrations: unknown });
}

async function lock<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${migrationLockKey}::bigint)`.execute(db);
}

async function ensureTable<Tables>(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // "if not exists" still fails when two create it at once; the lock keeps them apart.
    await lock(transaction);
    await sql`create table if not exists schema_migration (
      name text primary key,
      applied_at timestamptz not null default now()
    )`.execute(transaction);
  });
}

async function readApplied<Tables>(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from schema_migration order by name collate "C"`.execute(db);
  return rows.map(({ name }) => name);
}

async function apply<Tables>(
  transaction: Transaction<Tables>,
  migration: Migration,
): Promise<void> {
  try {
    // A step speaks of the tables as they are at that step, which the program's types do not know.
    await migration.up(transaction as unknown as Transaction<unknown>);
  } catch (cause) {
    throw new StoreError("STORE_MIGRATION_FAILED", { migration: migration.name }, { cause });
  }
  await sql`insert into schema_migration (name) values (${migration.name})`.execute(transaction);
}

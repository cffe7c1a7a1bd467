import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { archiveVersion, batchRowsMax, fileBytesMax } from "./archive-format.ts";
import { listTree } from "./durable-files.ts";
import { StoreError } from "./errors.ts";
import type { SqlConnection } from "./sql-connection.ts";

export type ArchiveSource = {
  /** Everything is read at one moment: see snapshot.ts. */
  readonly snapshot: SqlConnection;
  readonly directory: string;
  readonly createdAt: Date;
};

/** The lines of an archive, each with its end; archive-format.ts says what they are. */
export async function* writeArchive(source: ArchiveSource): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const rows: Record<string, number> = {};
  for await (const line of linesOf(source, rows)) {
    hash.update(line);
    yield line;
  }
  yield lineOf({ kind: "end", rows, sha256: hash.digest("hex") });
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

async function* linesOf(
  { snapshot, directory, createdAt }: ArchiveSource,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  const ask = async (sql: string) => (await snapshot.query(sql, [])).rows;
  // Whatever a server or a role sets, times are written the same.
  await ask("set local timezone = 'UTC'");
  const steps = await ask(`select name from schema_migration order by name collate "C"`);
  yield lineOf({
    kind: "pista-backup",
    version: archiveVersion,
    createdAt: createdAt.toISOString(),
    steps: steps.map(({ name }) => name),
  });
  yield* fileLines(directory);
  for (const { name, columns } of await ask(tablesSql)) {
    const partitions = await ask(partitionsSql(String(name)));
    yield lineOf({ kind: "table", name, columns, partitions });
    counts[String(name)] = 0;
    await ask(`declare page no scroll cursor for
      select row_to_json(entry)::text as line from ${identifier(String(name))} as entry`);
    for (;;) {
      const batch = await ask(`fetch ${batchRowsMax} from page`);
      if (batch.length === 0) break;
      counts[String(name)] = (counts[String(name)] ?? 0) + batch.length;
      // PostgreSQL's own words, never read as numbers of JavaScript; it breaks no line inside one.
      yield `[${batch.map(({ line }) => line).join(",")}]\n`;
    }
    await ask("close page");
  }
  for (const { name, last_value } of await ask(sequencesSql)) {
    yield lineOf({ kind: "sequence", name, lastValue: String(last_value) });
  }
}

/** Found in the catalogue, so that a new table is in the next backup without a word here. */
const tablesSql = `
  select relname::text as name,
    (select array_agg(attname::text order by attnum) from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = '')
      as columns
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    and relname <> 'schema_migration'
  order by relname`;

/** A partition's rows are read through its table; only its name and its bounds are its own. */
const partitionsSql = (table: string): string => `
  select inhrelid::regclass::text as name, pg_get_expr(relpartbound, pg_class.oid) as bounds
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = ${literal(identifier(table))}::regclass
  order by 1`;

const sequencesSql = `
  select sequencename::text as name, last_value from pg_sequences
  where schemaname = 'public' and last_value is not null order by 1`;

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What lies in a data directory and is made anew, or belongs to the running process. */
const ownNames =
  /^(\.lock|lost\+found|pista\.json|hub\.json|database|database\.copy|restoring)(\/|$)|\.(tmp|new)$/;

/** Keys and the demonstration's files; everything of the hub's beside its database is small. */
async function* fileLines(directory: string): AsyncGenerator<string> {
  const { files } = await listTree(directory, (name) => !ownNames.test(name));
  for (const name of files.toSorted()) {
    const path = join(directory, name);
    const { size } = await stat(path);
    if (size > fileBytesMax) {
      throw new StoreError("STORE_FOREIGN", {
        path,
        reason: "it is too large to be the hub's: keep it elsewhere",
      });
    }
    yield lineOf({ kind: "file", name, base64: (await readFile(path)).toString("base64") });
  }
}

import { assertNever } from "@pista/kernel";
import type {
  ArchivedPartition,
  ArchivedTable,
  ArchiveEnd,
  ArchiveLine,
} from "./archive-format.ts";
import { identifier } from "./archive-writer.ts";
import { StoreError } from "./errors.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Puts the lines of an archive into a database that has its tables and no rows. */
export type ArchiveLoader = {
  /** @throws StoreError STORE_NOT_EMPTY where a table has a row. */
  checkEmpty(): Promise<void>;
  begin(): Promise<void>;
  take(line: Exclude<ArchiveLine, { kind: "file" }>): Promise<void>;
};

/** Bounds by range or for all the rest: other text is not taken into a statement. */
const boundsForm = /^(DEFAULT|FOR VALUES FROM \('[\w :.+-]*'\) TO \('[\w :.+-]*'\))$/;

export function createArchiveLoader(connection: SqlConnection): ArchiveLoader {
  const ask = async (sql: string, ...parameters: unknown[]) =>
    (await connection.query(sql, parameters)).rows;
  const tables = async () => (await ask(tablesSql)).map(({ name }) => identifier(String(name)));
  let table: ArchivedTable | undefined;
  let references: readonly string[] = [];
  const loaded = new Map<string, number>();

  const takeTable = async (line: ArchivedTable): Promise<void> => {
    table = line;
    loaded.set(line.name, 0);
    for (const partition of line.partitions) await ask(partitionSql(line.name, partition));
  };

  const takeRows = async (json: string): Promise<void> => {
    if (!table) throw damaged("rows before their table");
    const { affectedRows } = await connection.query(insertSql(table), [json]);
    loaded.set(table.name, (loaded.get(table.name) ?? 0) + affectedRows);
  };

  const takeEnd = async (line: ArchiveEnd): Promise<void> => {
    for (const [name, rows] of Object.entries(line.rows)) {
      if (loaded.get(name) !== rows) throw damaged(`the number of rows of ${name}`);
    }
    for (const statement of references) await ask(statement);
  };

  return {
    async checkEmpty() {
      for (const name of await tables()) {
        const rows = await ask(`select from ${name} limit 1`);
        if (rows.length > 0) throw new StoreError("STORE_NOT_EMPTY", { table: name });
      }
    },
    async begin() {
      // Whichever table refers to whichever: they are checked together at the end.
      const found = await ask(referencesSql);
      references = found.map(({ owner, name, rule }) => `alter table ${owner} add ${name} ${rule}`);
      for (const { owner, name } of found) await ask(`alter table ${owner} drop ${name}`);
      // What a step itself has put in is among the rows that come.
      for (const name of await tables()) await ask(`delete from ${name}`);
    },
    async take(line) {
      switch (line.kind) {
        case "pista-backup":
          return;
        case "table":
          return takeTable(line);
        case "rows":
          return takeRows(line.json);
        case "sequence":
          await ask(
            `select setval($1::text::regclass, $2::bigint)`,
            identifier(line.name),
            line.lastValue,
          );
          return;
        case "end":
          return takeEnd(line);
        default:
          assertNever(line, "A line of an archive");
      }
    },
  };
}

function partitionSql(table: string, { name, bounds }: ArchivedPartition): string {
  if (!boundsForm.test(bounds)) throw damaged(`the bounds of the partition ${name}`);
  // The catalogue wrote the name, in quotes where it needs them.
  const own = identifier(name.replace(/^"(.*)"$/, "$1"));
  return `create table if not exists ${own} partition of ${identifier(table)} ${bounds}`;
}

function insertSql(table: ArchivedTable): string {
  const [name, columns] = [identifier(table.name), table.columns.map(identifier).join(", ")];
  return `insert into ${name} (${columns}) overriding system value
    select ${columns} from json_populate_recordset(null::${name}, $1::json)`;
}

const damaged = (reason: string): StoreError => new StoreError("STORE_BACKUP_DAMAGED", { reason });

const tablesSql = `select relname::text as name from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    and relname <> 'schema_migration'`;

const referencesSql = `
  select conrelid::regclass::text as owner, 'constraint ' || quote_ident(conname) as name,
    pg_get_constraintdef(oid) as rule
  from pg_constraint
  where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace
  order by 1, 2`;

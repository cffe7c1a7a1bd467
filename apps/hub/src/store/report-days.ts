import { type Kysely, sql } from "kysely";

export const dayMs = 24 * 3_600_000;

/** The UTC day of a moment, counted from 1970. */
export const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);

const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** One table of reports for each day of receipt: "report_2026_11_22". */
const tableOf = (day: number): string => `report_${dateOf(day).replaceAll("-", "_")}`;

/** Only the hub's clock dates a receipt, so the days that are needed are known beforehand. */
export async function addReportDays<Tables>(
  db: Kysely<Tables>,
  days: Iterable<number>,
): Promise<void> {
  for (const day of days) {
    const bounds = `from ('${dateOf(day)}T00:00:00Z') to ('${dateOf(day + 1)}T00:00:00Z')`;
    const statement = `create table if not exists ${tableOf(day)} partition of report
      for values ${bounds}`;
    await sql.raw(statement).execute(db);
  }
}

/** The days that have a table, newest first. */
export async function readReportDays<Tables>(db: Kysely<Tables>): Promise<readonly number[]> {
  const { rows } = await sql<{ name: string }>`
    select relname::text as name from pg_inherits
    join pg_class on pg_class.oid = inhrelid
    where inhparent = 'report'::regclass order by name desc`.execute(db);
  return rows.map(({ name }) =>
    dayOf(Date.parse(name.slice("report_".length).replaceAll("_", "-"))),
  );
}

/** With all that was received on that day; what zones were then stays in their sums. */
export async function dropReportDay<Tables>(db: Kysely<Tables>, day: number): Promise<void> {
  await sql.raw(`drop table ${tableOf(day)}`).execute(db);
}

/** From 3,000 rows: a sample ten times as large holds the embedded store ten times as long. */
export async function analyzeReportDay<Tables>(db: Kysely<Tables>, day: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local default_statistics_target = 10`.execute(transaction);
    await sql.raw(`analyze ${tableOf(day)}`).execute(transaction);
  });
}

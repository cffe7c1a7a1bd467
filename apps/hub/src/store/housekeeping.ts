import type { Cancel, Clock } from "@pista/kernel";
import { type Kysely, sql } from "kysely";
import { trimQuarantine } from "./quarantine.ts";
import {
  addReportDays,
  analyzeReportDay,
  dayMs,
  dayOf,
  dropReportDay,
  readReportDays,
} from "./report-days.ts";
import type { Tables } from "./tables.ts";

export type Housekeeping = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly keepReportsDays: number;
  /** Whether nobody else vacuums: a server has its autovacuum, the embedded store has none. */
  readonly isEmbedded: boolean;
  readonly failed: (cause: unknown) => void;
};

/** Rounds are many and small, so that a batch of reports never waits long for one. */
const roundMs = 60_000;

/** What the store needs besides reports: days ahead, an end of the old, and PostgreSQL's upkeep. */
export function keepHouse(parts: Housekeeping): { stop(): Promise<void> } {
  const { clock, db } = parts;
  const upkeep = createUpkeep(db);
  let cancel: Cancel = () => {};
  let isStopped = false;
  const round = async (): Promise<void> => {
    await keepReportDays(db, clock.nowMs(), parts.keepReportsDays);
    await trimQuarantine(db, clock.nowMs());
    if (parts.isEmbedded) await upkeep.next(clock.nowMs());
  };
  const again = async (): Promise<void> => {
    await round().catch(parts.failed);
    if (isStopped) return;
    cancel = clock.after(roundMs, () => {
      running = again();
    });
  };
  let running = again();
  return {
    stop() {
      isStopped = true;
      cancel();
      return running;
    },
  };
}

/** Today's and tomorrow's table stand before midnight; one goes when its last report is too old. */
export async function keepReportDays(
  db: Kysely<Tables>,
  nowMs: number,
  keepDays: number,
): Promise<void> {
  const today = dayOf(nowMs);
  const days = await readReportDays(db);
  await addReportDays(
    db,
    [today, today + 1].filter((day) => !days.includes(day)),
  );
  const oldest = days.at(-1);
  // One in a round: after a long rest the others follow in the next ones.
  if (oldest !== undefined && (oldest + 1) * dayMs <= nowMs - keepDays * dayMs) {
    await dropReportDay(db, oldest);
  }
}

/**
 * One table in a round, in turn. A vacuum of a large table would hold the one connection; days of
 * reports need none, for nothing in them changes, and only the present one is analyzed.
 */
export function createUpkeep(db: Kysely<Tables>): { next(nowMs: number): Promise<void> } {
  let last = "";
  return {
    async next(nowMs) {
      const tables = await readUpkeepTables(db);
      const table = tables.find((name) => name > last) ?? tables[0];
      if (table === undefined) return;
      last = table;
      if (table === "report") await analyzeReportDay(db, dayOf(nowMs));
      else {
        await sql`vacuum ${sql.table(table)}`.execute(db);
        await sql`analyze ${sql.table(table)}`.execute(db);
      }
    },
  };
}

async function readUpkeepTables(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    order by relname collate "C"`.execute(db);
  return rows.map(({ name }) => name);
}

import { QueryError, StoreError, sqlStates } from "./errors.ts";
import type { ServerSession } from "./server-session.ts";

/** One hub to a database, until several may share one. The number spells "Pista". */
const hubLockKey = 0x50_6973_7461;

/** A hub that was killed a moment ago is given this long to disappear from the server. */
const lockWaitMsMax = 3_000;

/** Two halves of the key, as pg_locks shows it (PostgreSQL 15 manual, section 54.12). */
const isHubLock = `locktype = 'advisory' and granted and objsubid = 1
  and database = (select oid from pg_database where datname = current_database())
  and (classid::bigint << 32 | objid::bigint) = $1`;

/**
 * Takes the database for this hub, until the session ends.
 * @throws StoreError STORE_IN_USE that names the process which has it.
 */
export async function lockDatabase(session: ServerSession): Promise<void> {
  await session.query(`set lock_timeout = ${lockWaitMsMax}`, []);
  try {
    await session.query("select pg_advisory_lock($1)", [hubLockKey]);
  } catch (cause) {
    const isTaken = cause instanceof QueryError && cause.sqlState === sqlStates.lockNotAvailable;
    if (!isTaken) throw cause;
    throw new StoreError("STORE_IN_USE", { server: session.server, ...(await holderOf(session)) });
  }
}

async function holderOf(
  session: ServerSession,
): Promise<{ holderProcessId?: number; holderAddress?: string }> {
  const { rows } = await session.query(
    `select pid, coalesce(host(client_addr), 'local') as address
    from pg_locks left join pg_stat_activity using (pid) where ${isHubLock}`,
    [hubLockKey],
  );
  const holder = rows[0];
  return holder
    ? { holderProcessId: Number(holder.pid), holderAddress: String(holder.address) }
    : {};
}

/** Whether the session behind this server process still has the database. */
export async function isLockedBy(session: ServerSession, processId: number): Promise<boolean> {
  const { rows } = await session.query(`select pid from pg_locks where ${isHubLock}`, [hubLockKey]);
  return rows.some(({ pid }) => pid === processId);
}

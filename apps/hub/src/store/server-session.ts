import { Client, DatabaseError } from "pg";
import { QueryError, StoreError, sqlStates } from "./errors.ts";
import { serverValues } from "./server-values.ts";
import type { SqlConnection, SqlResult } from "./sql-connection.ts";

export type SessionSettings = {
  /** postgresql://user:password@host:port/database */
  readonly url: string;
  readonly connectMsMax: number;
  readonly statementMsMax: number;
};

/** One session on the server, found fit to store what will be acknowledged. */
export interface ServerSession extends SqlConnection {
  /** The server process behind it, as pg_locks names it. */
  readonly processId: number;
  /** Which server, for errors: never with the password. */
  readonly server: string;
  isAlive(): boolean;
  /** True inside a transaction that nobody has ended. */
  isInTransaction(): boolean;
  /** Resolves when the session is over, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends it at once: what it has not answered is rejected. */
  cut(): void;
  /** Takes leave of the server. */
  close(): Promise<void>;
}

/** The server's own limit comes first, so that it says so; a server that is gone says nothing. */
const silenceGraceMs = 5_000;

/** A server that does not answer a leave-taking is left without one. */
const leaveMsMax = 2_000;

/** Opens a session and refuses one that could lose what it has promised. */
export async function openSession(settings: SessionSettings): Promise<ServerSession> {
  const client = new Client({
    connectionString: settings.url,
    application_name: "pista",
    connectionTimeoutMillis: settings.connectMsMax,
    statement_timeout: settings.statementMsMax,
    idle_in_transaction_session_timeout: settings.statementMsMax,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: serverValues,
  });
  const server = `${client.host}:${client.port}/${client.database}`;
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  let isAlive = true;
  const over = (): void => {
    isAlive = false;
  };
  // An idle session's end arrives as an error; what waits for an answer is rejected on its own.
  client.on("error", over).on("end", over);
  const cut = (): void => {
    client.connection.stream.destroy();
  };
  try {
    await client.connect();
  } catch (cause) {
    cut();
    throw refusalOf(cause, server);
  }
  const query = createQuery(client, { server, ...settings });
  try {
    const processId = await prepare(query, server);
    return {
      processId,
      server,
      ended,
      query,
      cut,
      isAlive: () => isAlive,
      isInTransaction: () => client.getTransactionStatus() !== "I",
      async close() {
        const patience = setTimeout(cut, leaveMsMax);
        await client.end();
        clearTimeout(patience);
      },
    };
  } catch (error) {
    cut();
    throw error;
  }
}

/** Why a session did not come about: the server said no, or there was none to say anything. */
function refusalOf(cause: unknown, server: string): StoreError {
  const hasAnswered = cause instanceof DatabaseError;
  const code = hasAnswered ? "STORE_REFUSED" : "STORE_UNREACHABLE";
  // Where a name has two addresses Node's error has a code and no words.
  const reason =
    cause instanceof Error && cause.message === "" && "code" in cause
      ? String(cause.code)
      : undefined;
  const sqlState = hasAnswered ? cause.code : undefined;
  return new StoreError(code, { server, sqlState, reason }, { cause });
}

function createQuery(
  client: Client,
  { server, statementMsMax }: { server: string; statementMsMax: number },
): SqlConnection["query"] {
  return async (sql, parameters) => {
    const silence = setTimeout(() => {
      client.connection.stream.destroy(new Error("The server stayed silent."));
    }, statementMsMax + silenceGraceMs);
    try {
      // The extended protocol takes one statement only, as the embedded database does.
      const request = { text: sql, values: [...parameters], queryMode: "extended" };
      return resultOf(await client.query<Record<string, unknown>>(request));
    } catch (cause) {
      throw faultOf(cause, { server, sql, statementMsMax });
    } finally {
      clearTimeout(silence);
    }
  };
}

const changingCommands = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

function resultOf(result: {
  rows: Record<string, unknown>[];
  command: string;
  rowCount: number | null;
}): SqlResult {
  const { rows, command, rowCount } = result;
  return { rows, command, affectedRows: changingCommands.has(command) ? (rowCount ?? 0) : 0 };
}

/**
 * PostgreSQL 15 manual, appendix A: the classes in which the server itself is unwell rather than
 * the statement wrong. 08 connection, 53 resources, 57P operator, 58 system, F0 and XX broken.
 */
const serverFaults = /^(08|53|57P|58|F0|XX)/;

function faultOf(
  cause: unknown,
  { server, sql, statementMsMax }: { server: string; sql: string; statementMsMax: number },
): StoreError {
  if (!(cause instanceof DatabaseError)) return new StoreError("STORE_LOST", { server }, { cause });
  const { code: sqlState, message, detail, constraint } = cause;
  if (sqlState === sqlStates.queryCanceled) {
    return new StoreError("STORE_BUSY", { server, sqlState, statementMsMax }, { cause });
  }
  // A server that has become a standby takes nothing, whatever the statement.
  const isUnwell = serverFaults.test(sqlState ?? "") || sqlState === sqlStates.readOnlyTransaction;
  if (isUnwell) return new StoreError("STORE_LOST", { server, sqlState }, { cause });
  return new QueryError({ code: sqlState, message, detail, constraint }, sql);
}

/** The oldest PostgreSQL that the statements are written for. */
const versionMin = 15;

/**
 * Whatever the role or the database sets, values and isolation are the same; and the server asks
 * after a hub whose machine is gone within half a minute, so that its lock does not outlive it.
 */
const sessionSettings = {
  DateStyle: "ISO",
  TimeZone: "UTC",
  bytea_output: "hex",
  default_transaction_isolation: "read committed",
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
};

/** Answers with the number of the server's process. */
async function prepare(query: SqlConnection["query"], server: string): Promise<number> {
  const sets = Object.entries(sessionSettings).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  const { rows } = await query(
    `select pg_backend_pid() as process_id,
      current_setting('server_version_num')::int / 10000 as version,
      current_setting('server_encoding') as server_encoding,
      current_setting('transaction_read_only') as read_only,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit,
      ${sets.map((set, index) => `${set} as set_${index}`).join(", ")}`,
    [],
  );
  const found = rows[0] ?? {};
  const version = Number(found.version);
  if (version < versionMin) {
    throw new StoreError("STORE_OUTDATED", { server, postgres: version, versionMin });
  }
  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"]) {
    // The other values of synchronous_commit all wait for this server's own disk.
    if (found[setting] === "off") {
      throw new StoreError("STORE_NOT_DURABLE", { server, setting, is: "off" });
    }
  }
  if (found.server_encoding !== "UTF8") {
    const reason = `the database's encoding is ${found.server_encoding}: make one with UTF8`;
    throw new StoreError("STORE_REFUSED", { server, reason });
  }
  if (found.read_only !== "off") {
    throw new StoreError("STORE_REFUSED", { server, reason: "it only lets the hub read" });
  }
  return Number(found.process_id);
}

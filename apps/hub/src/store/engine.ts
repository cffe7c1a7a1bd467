import { PGlite } from "@electric-sql/pglite";
import { btree_gist as btreeGist } from "@electric-sql/pglite/contrib/btree_gist";
import type { DurableFileSystem } from "./durable-file-system.ts";
import { StoreError } from "./errors.ts";
import type { SqlResult } from "./sql-connection.ts";

/** The version of PostgreSQL inside the pinned PGlite: its data directories open nowhere else. */
export const postgresMajor = 18;

export type Engine = {
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  isInTransaction(): boolean;
  close(): Promise<void>;
};

const startParameters = [
  // -F would switch fsync off whatever the other settings say.
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...["-c", "fsync=on"],
  ...["-c", "synchronous_commit=on"],
  ...["-c", "full_page_writes=on"],
  // The default, fdatasync, is an empty stub in PGlite's Emscripten; fsync reaches our hook.
  ...["-c", "wal_sync_method=fsync"],
  ...["-c", "shared_buffers=16MB"],
];

/** Starts PostgreSQL on a database directory and refuses to go on unless commits reach the disk. */
export async function startEngine(fileSystem: DurableFileSystem): Promise<Engine> {
  const pg = await createDatabase(fileSystem);
  watchForTraps(pg.Module, fileSystem);
  await checkDurability(pg, fileSystem);
  return {
    query: async (sql, parameters) => {
      // After a PANIC PGlite's loop would spin for ever on the next statement.
      refuseAfterFault(fileSystem);
      try {
        return resultOf(await pg.query(sql, [...parameters]));
      } finally {
        refuseAfterFault(fileSystem);
      }
    },
    isInTransaction: () => pg.isInTransaction(),
    close: () => pg.close(),
  };
}

/** PGlite alone says no more than that it "failed to initialize"; PostgreSQL has said why. */
async function createDatabase(fileSystem: DurableFileSystem): Promise<PGlite> {
  let lastComplaint: string | undefined;
  try {
    return await PGlite.create({
      fs: fileSystem,
      startParams: startParameters,
      extensions: { btreeGist },
      onStderr: (line) => {
        if (/\b(PANIC|FATAL|ERROR):/.test(line)) lastComplaint = line.trim();
        if (/\bPANIC:/.test(line)) fileSystem.reportFault(new Error(line));
        return true;
      },
    });
  } catch (cause) {
    throw lastComplaint === undefined ? cause : new Error(lastComplaint, { cause });
  }
}

/**
 * Whoever owns the engine ends it on a fault. Should it still answer, the answer is not believed:
 * PGlite swallows what its file system throws and reports the commit as done.
 */
function refuseAfterFault({ fault }: DurableFileSystem): void {
  if (fault === undefined) return;
  const reason = "it failed while the database was running";
  throw new StoreError("STORE_NOT_DURABLE", { reason }, { cause: fault });
}

/** PGlite's word for "PostgreSQL raised an error and wants back into its main loop". */
const longJumpStatus = 100;

/**
 * PGlite swallows every exception of PostgreSQL's main loop, because one of them is how ordinary
 * errors arrive. All others (a wasm trap, memory that ran out, an exit) leave PostgreSQL broken,
 * and without this a broken database would go on answering.
 */
function watchForTraps(module: object, fileSystem: DurableFileSystem): void {
  const loop: unknown = Reflect.get(module, "_PostgresMainLoopOnce");
  if (typeof loop !== "function") {
    throw new StoreError("STORE_NOT_DURABLE", {
      reason: "this version of PGlite has another main loop inside",
    });
  }
  Reflect.set(module, "_PostgresMainLoopOnce", () => {
    try {
      return loop();
    } catch (cause) {
      const isOrdinaryError =
        typeof cause === "object" &&
        cause !== null &&
        "status" in cause &&
        cause.status === longJumpStatus;
      if (!isOrdinaryError) fileSystem.reportFault(cause);
      throw cause;
    }
  });
}

async function checkDurability(pg: PGlite, fileSystem: DurableFileSystem): Promise<void> {
  const wanted = {
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    wal_sync_method: "fsync",
  };
  for (const [setting, value] of Object.entries(wanted)) {
    const { rows } = await pg.query<Record<string, string>>(`show ${setting}`);
    if (rows[0]?.[setting] !== value) {
      throw new StoreError("STORE_NOT_DURABLE", { setting, is: rows[0]?.[setting], wanted: value });
    }
  }
  const syncsBefore = fileSystem.fileSyncs;
  // The smallest thing that commits: a message in the log, without a table of its own.
  await pg.query("select pg_logical_emit_message(true, 'pista', 'durability check')");
  if (fileSystem.fileSyncs <= syncsBefore) {
    throw new StoreError("STORE_NOT_DURABLE", { reason: "a commit did not sync the log" });
  }
}

const changingCommands = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

type PgliteResult = Awaited<ReturnType<PGlite["query"]>>;

function resultOf(result: PgliteResult): SqlResult {
  const command = result.command ?? "";
  return {
    // PGlite's rows are objects by column name, unless another row mode is asked for.
    rows: result.rows as SqlResult["rows"],
    affectedRows: changingCommands.has(command) ? (result.rowCount ?? 0) : 0,
    command,
  };
}

import { Worker } from "node:worker_threads";
import type {
  WorkerMessage,
  WorkerRequest,
  WorkerSettings,
  WorkerStats,
} from "./database-protocol.ts";
import { QueryError, type SqlRefusal, StoreError, sqlStates } from "./errors.ts";
import type { SqlResult } from "./sql-connection.ts";

/** The main thread's end of the database's thread. */
export type DatabaseThread = {
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  stats(): Promise<WorkerStats>;
  /** No checkpoint is made, and so no log is thrown away, until it is let go. */
  holdLog(isHeld: boolean): Promise<void>;
  /** Resolves when the database is closed, or was dead already. */
  close(): Promise<void>;
};

export type ThreadListener = {
  readonly onDied: (error: StoreError) => void;
  readonly onStatement: (statement: { readonly sql: string; readonly tookMs: number }) => void;
};

type Pending = {
  readonly sql: string;
  readonly resolve: (value: SqlResult & WorkerStats) => void;
  readonly reject: (error: StoreError) => void;
};

type ThreadState =
  | { state: "running" }
  | { state: "closing" }
  | { state: "closed" }
  | { state: "dead"; error: StoreError };

/** Starts the thread and waits until its database has proved that commits reach the disk. */
export async function startDatabaseThread(
  settings: WorkerSettings,
  told: ThreadListener,
): Promise<DatabaseThread> {
  const worker = new Worker(new URL("./database-worker-entry.js", import.meta.url), {
    argv: [new URL("./database-worker.ts", import.meta.url).href],
    workerData: settings,
  });
  try {
    await readiness(worker, settings);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return joinThread(worker, settings, told);
}

function readiness(worker: Worker, { databasePath }: WorkerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      worker.off("error", fail);
      worker.off("exit", onExit);
      worker.off("message", onMessage);
    };
    const fail = (cause: unknown): void => {
      leave();
      reject(new StoreError("STORE_START_FAILED", { databasePath }, { cause }));
    };
    const onExit = (exitCode: number): void =>
      fail(new Error(`The thread ended with code ${exitCode}.`));
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === "ready") {
        leave();
        resolve();
      } else if (message.kind === "refused") {
        leave();
        reject(new StoreError(message.code, { databasePath }, { cause: message.cause }));
      } else if (message.kind === "died") {
        fail(message.cause);
      }
    };
    worker.on("error", fail);
    worker.on("exit", onExit);
    worker.on("message", onMessage);
  });
}

function joinThread(
  worker: Worker,
  { databasePath }: WorkerSettings,
  { onDied, onStatement }: ThreadListener,
): DatabaseThread {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let thread: ThreadState = { state: "running" };
  let lastFault: unknown;

  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (exitCode) => {
      if (thread.state !== "closed") {
        const cause = lastFault ?? new Error(`The thread ended with code ${exitCode}.`);
        const error = new StoreError("STORE_DIED", { databasePath }, { cause });
        thread = { state: "dead", error };
        for (const { reject } of pending.values()) reject(error);
        pending.clear();
        onDied(error);
      }
      resolve();
    });
  });
  worker.on("error", (cause) => {
    lastFault = cause;
  });
  worker.on("message", (message: WorkerMessage) => {
    if (message.kind === "died") lastFault = message.cause;
    else if (message.kind === "closed") thread = { state: "closed" };
    else settle(pending, message, onStatement);
  });

  const ask = (
    sql: string,
    request: (id: number) => WorkerRequest,
  ): Promise<SqlResult & WorkerStats> =>
    new Promise((resolve, reject) => {
      if (thread.state === "dead") return reject(thread.error);
      if (thread.state !== "running") return reject(new StoreError("STORE_CLOSED"));
      lastId += 1;
      pending.set(lastId, { sql, resolve, reject });
      worker.postMessage(request(lastId));
    });

  return {
    query: (sql, parameters) => ask(sql, (id) => ({ kind: "query", id, sql, parameters })),
    stats: () => ask("", (id) => ({ kind: "stats", id })),
    holdLog: async (isHeld) => {
      await ask("", (id) => ({ kind: "hold-log", id, isHeld }));
    },
    close: async () => {
      if (thread.state === "running") {
        thread = { state: "closing" };
        worker.postMessage({ kind: "close" } satisfies WorkerRequest);
      }
      await ended;
    },
  };
}

function settle(
  pending: Map<number, Pending>,
  message: WorkerMessage,
  onStatement: ThreadListener["onStatement"],
): void {
  if (!("id" in message)) return;
  const asked = pending.get(message.id);
  if (asked === undefined) return;
  pending.delete(message.id);
  if ("tookMs" in message) onStatement({ sql: asked.sql, tookMs: message.tookMs });
  if (message.kind === "error") asked.reject(faultOf(message.refusal, asked.sql));
  // A number is given to one request, so the answer has the kind that was asked for.
  else if (message.kind === "answer") asked.resolve(message.result as SqlResult & WorkerStats);
  else if (message.kind === "stats") asked.resolve(message.stats as SqlResult & WorkerStats);
  else asked.resolve(nothing as SqlResult & WorkerStats);
}

/** What whoever holds the log is answered: that it is held. */
const nothing: SqlResult = { rows: [], affectedRows: 0, command: "" };

/**
 * PostgreSQL 15 manual, appendix A: in classes 53 (resources), 58 (system) and XX the store is
 * unwell rather than the statement wrong, so nobody may take it for a refusal of what was sent.
 */
function faultOf(refusal: SqlRefusal, sql: string): StoreError {
  const sqlState = refusal.code;
  const details = { sqlState, reason: refusal.message };
  if (sqlState === sqlStates.diskFull) return new StoreError("STORE_DISK_FULL", details);
  if (/^(53|58|XX)/.test(sqlState ?? "")) return new StoreError("STORE_FAILED", details);
  return new QueryError(refusal, sql);
}

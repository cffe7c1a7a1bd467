import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { WorkerMessage, WorkerRequest, WorkerSettings } from "./database-protocol.ts";
import { DurableFileSystem } from "./durable-file-system.ts";
import { type Engine, startEngine } from "./engine.ts";
import { type SqlRefusal, StoreError } from "./errors.ts";

/** The database's thread: a slow query stops the database, never the hub's main loop. */
async function serve(port: MessagePort, settings: WorkerSettings): Promise<void> {
  const tell = (message: WorkerMessage): void => port.postMessage(message);

  // Leaving at once is the only safe answer: PGlite would go on, and acknowledge what is lost.
  const onFault = (cause: unknown): never => {
    tell({ kind: "died", cause: inWords(cause) });
    process.exit(1);
  };

  const fileSystem = new DurableFileSystem(settings.databasePath, onFault);
  let engine: Engine;
  try {
    engine = await startEngine(fileSystem);
  } catch (cause) {
    const code = cause instanceof StoreError ? cause.code : "STORE_START_FAILED";
    tell({ kind: "refused", code, cause: inWords(cause) });
    return;
  }

  let queries = 0;
  let checkpoints = 0;
  let checkpointedAt = fileSystem.walPosition;
  let isLogHeld = false;

  const answer = async (request: WorkerRequest): Promise<void> => {
    switch (request.kind) {
      case "query":
        queries += 1;
        tell(await run(engine, request));
        await checkpointWhenDue();
        return;
      case "hold-log":
        isLogHeld = request.isHeld;
        tell({ kind: "held", id: request.id });
        return;
      case "stats": {
        const { fileSyncs, directorySyncs, walPosition } = fileSystem;
        const stats = { queries, fileSyncs, directorySyncs, checkpoints, walPosition };
        tell({ kind: "stats", id: request.id, stats });
        return;
      }
      case "close":
        await engine.close();
        tell({ kind: "closed" });
        port.close();
        return;
    }
  };

  /**
   * PostgreSQL in single-user mode never checkpoints by itself: its log would grow for ever, and
   * with it the time that a start after a crash takes.
   */
  const checkpointWhenDue = async (): Promise<void> => {
    const grownBytes = fileSystem.walPosition - checkpointedAt;
    if (isLogHeld || grownBytes < settings.checkpointEveryWalBytes || engine.isInTransaction())
      return;
    await engine.query("checkpoint", []);
    checkpoints += 1;
    checkpointedAt = fileSystem.walPosition;
  };

  let work = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    work = work.then(() => answer(request)).catch(onFault);
  });
  tell({ kind: "ready" });
}

async function run(
  engine: Engine,
  { id, sql, parameters }: WorkerRequest & { kind: "query" },
): Promise<WorkerMessage> {
  const startedAt = performance.now();
  try {
    const result = await engine.query(sql, parameters);
    return { kind: "answer", id, result, tookMs: performance.now() - startedAt };
  } catch (cause) {
    return { kind: "error", id, refusal: refusalOf(cause), tookMs: performance.now() - startedAt };
  }
}

function refusalOf(cause: unknown): SqlRefusal {
  const field = (name: string): string | undefined => {
    const value: unknown = cause instanceof Error ? Reflect.get(cause, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return {
    code: field("code"),
    message: cause instanceof Error ? cause.message : String(cause),
    detail: field("detail"),
    constraint: field("constraint"),
  };
}

/** Emscripten throws what does not survive the way to another thread; errors do. */
const inWords = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error(`PostgreSQL ended: ${JSON.stringify(cause)}`);

if (parentPort === null) throw new Error("The database's worker runs in a thread of its own.");
await serve(parentPort, workerData as WorkerSettings); // Its starter's type; see startWorker.

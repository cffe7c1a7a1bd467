import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { createConnectionQueue } from "./connection-queue.ts";
import { type DataDirectory, openDataDirectory } from "./data-directory.ts";
import type { WorkerStats } from "./database-protocol.ts";
import {
  type DatabaseThread,
  startDatabaseThread,
  type ThreadListener,
} from "./database-thread.ts";
import { copyRunningDatabase } from "./embedded-copy.ts";
import { StoreError } from "./errors.ts";
import { beginSnapshot, type Snapshot } from "./snapshot.ts";
import type { ReservedConnection, SqlConnection, SqlConnections } from "./sql-connection.ts";
import { ensureDatabase, type OnProgress } from "./template.ts";

export type EmbeddedDatabaseOptions = {
  /** The data directory. It is made when missing, and held for this process until the close. */
  readonly directory: string;
  /** Where this machine keeps the template of new databases. */
  readonly templateCache: string;
  /** The first start takes seconds; this says what they are spent on. */
  readonly onProgress?: OnProgress;
  /** Called once when the database dies under us. What was not answered may be stored or not. */
  readonly onDied?: (error: StoreError) => void;
  /** Called after each statement with the time for which the database did nothing else. */
  readonly onStatement?: ThreadListener["onStatement"];
  readonly checkpointEveryWalBytes?: number;
  readonly waitersMax?: number;
  readonly waitMsMax?: number;
};

/** PostgreSQL inside this process. A query outside a reservation waits for the one that holds. */
export interface EmbeddedDatabase extends SqlConnection, SqlConnections {
  readonly directory: string;
  stats(): Promise<WorkerStats>;
  /** Reads from a copy of the files, so that nobody waits for the reader. */
  snapshot(): Promise<Snapshot>;
  /** @throws StoreError STORE_DISK_FULL while there is no room to store what may come. */
  checkRoom(): Promise<void>;
  /** Lets what waits finish, closes the database and lets the directory go. */
  close(): Promise<void>;
}

/** 64 MiB is a checkpoint each quarter of a minute at full load, of some tens of milliseconds. */
const checkpointEveryWalBytesDefault = 64 * 1024 * 1024;
const waitersMaxDefault = 10_000;
const waitMsMaxDefault = 30_000;

/** Two segments of the log, of which the next is made before the last one is full. */
const roomBytesMin = 32 * 1024 * 1024;

/** Where a backup keeps its copy of the database's files, beside them and as closed to others. */
const copyName = "database.copy";

/** Opens the embedded database, making it where there is none. */
export async function openEmbeddedDatabase(
  options: EmbeddedDatabaseOptions,
): Promise<EmbeddedDatabase> {
  const onProgress = options.onProgress ?? (() => {});
  const directory = await openDataDirectory(options.directory);
  try {
    // What a hub that was killed during a backup has left.
    await rm(join(directory.path, copyName), { recursive: true, force: true });
    await ensureDatabase(directory.databasePath, {
      cacheDirectory: options.templateCache,
      onProgress,
    });
    onProgress("Starting the embedded database.");
    const thread = await startDatabaseThread(
      {
        databasePath: directory.databasePath,
        checkpointEveryWalBytes: options.checkpointEveryWalBytes ?? checkpointEveryWalBytesDefault,
      },
      { onDied: options.onDied ?? (() => {}), onStatement: options.onStatement ?? (() => {}) },
    );
    return joinDatabase(options, directory, thread);
  } catch (error) {
    await directory.release();
    throw error;
  }
}

function joinDatabase(
  options: EmbeddedDatabaseOptions,
  directory: DataDirectory,
  thread: DatabaseThread,
): EmbeddedDatabase {
  const queue = createConnectionQueue({
    waitersMax: options.waitersMax ?? waitersMaxDefault,
    waitMsMax: options.waitMsMax ?? waitMsMaxDefault,
  });
  const reserve = async (): Promise<ReservedConnection> => {
    const release = await queue.enter();
    return { query: thread.query, release };
  };
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const leave = await queue.enter();
    try {
      await thread.close();
    } finally {
      leave();
      await directory.release();
    }
  };
  const query: SqlConnection["query"] = async (sql, parameters) => {
    const connection = await reserve();
    try {
      return await connection.query(sql, parameters);
    } finally {
      connection.release();
    }
  };
  return {
    directory: directory.path,
    reserve,
    query,
    stats: () => thread.stats(),
    async checkRoom() {
      const { bavail, bsize } = await statfs(directory.path);
      const freeBytes = bavail * bsize;
      if (freeBytes < roomBytesMin) throw new StoreError("STORE_DISK_FULL", { freeBytes });
    },
    async snapshot() {
      const copyPath = join(directory.path, copyName);
      const removeCopy = (): Promise<void> => rm(copyPath, { recursive: true, force: true });
      try {
        const ask = (sql: string) => query(sql, []);
        await copyRunningDatabase(thread, ask, directory.databasePath, copyPath);
        return await openCopy(copyPath, removeCopy);
      } catch (error) {
        await removeCopy();
        throw error;
      }
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** A database of its own on the copied files; its start brings them to one moment. */
async function openCopy(databasePath: string, remove: () => Promise<void>): Promise<Snapshot> {
  const settings = { databasePath, checkpointEveryWalBytes: checkpointEveryWalBytesDefault };
  // Its death rejects whoever reads, who says so; the hub goes on.
  const copy = await startDatabaseThread(settings, { onDied() {}, onStatement() {} });
  const snapshot = await beginSnapshot({ query: copy.query, release() {} });
  return {
    query: snapshot.query,
    async close() {
      try {
        await snapshot.close();
        await copy.close();
      } finally {
        await remove();
      }
    },
  };
}

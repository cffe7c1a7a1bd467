import { createConnectionQueue } from "./connection-queue.ts";
import { openDataDirectory } from "./data-directory.ts";
import type { WorkerStats } from "./database-protocol.ts";
import { type DatabaseThread, startDatabaseThread } from "./database-thread.ts";
import type { StoreError } from "./errors.ts";
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
  readonly checkpointEveryWalBytes?: number;
  readonly waitersMax?: number;
  readonly waitMsMax?: number;
};

/** PostgreSQL inside this process. A query outside a reservation waits for the one that holds. */
export interface EmbeddedDatabase extends SqlConnection, SqlConnections {
  readonly directory: string;
  stats(): Promise<WorkerStats>;
  /** Lets what waits finish, closes the database and lets the directory go. */
  close(): Promise<void>;
}

/** 64 MiB is a checkpoint each quarter of a minute at full load, of some tens of milliseconds. */
const checkpointEveryWalBytesDefault = 64 * 1024 * 1024;
const waitersMaxDefault = 10_000;
const waitMsMaxDefault = 30_000;

/** Opens the embedded database, making it where there is none. */
export async function openEmbeddedDatabase(
  options: EmbeddedDatabaseOptions,
): Promise<EmbeddedDatabase> {
  const onProgress = options.onProgress ?? (() => {});
  const directory = await openDataDirectory(options.directory);
  try {
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
      options.onDied ?? (() => {}),
    );
    return joinDatabase(options, directory, thread);
  } catch (error) {
    await directory.release();
    throw error;
  }
}

function joinDatabase(
  options: EmbeddedDatabaseOptions,
  directory: { path: string; release(): Promise<void> },
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
  return {
    directory: directory.path,
    reserve,
    query: async (sql, parameters) => {
      const connection = await reserve();
      try {
        return await connection.query(sql, parameters);
      } finally {
        connection.release();
      }
    },
    stats: () => thread.stats(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

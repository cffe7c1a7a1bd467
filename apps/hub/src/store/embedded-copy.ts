import { constants } from "node:fs";
import { copyFile, mkdir, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseThread } from "./database-thread.ts";
import { forEachFile, listTree } from "./durable-files.ts";
import { StoreError } from "./errors.ts";

/** What must stay free for the hub itself: its log grows while the files are copied. */
const roomLeftBytesMin = 256 * 1024 * 1024;

/**
 * Copies the files of a running database while it goes on writing, by PostgreSQL's own rules for a
 * base backup (PostgreSQL 15 manual, section 26.3.4): the files may be copied at any speed and
 * half written, because the log from the checkpoint at the beginning, copied last, mends them to
 * the state at the end. The database is busy with it for that one checkpoint only.
 *
 * A transaction that reads everything would be simpler, but it would hold the one connection, and
 * with it every commit, for as long as the reading takes.
 */
export async function copyRunningDatabase(
  thread: DatabaseThread,
  /** Runs it when nobody has a transaction open. */
  query: (sql: string) => ReturnType<DatabaseThread["query"]>,
  from: string,
  to: string,
): Promise<void> {
  await checkRoom(from);
  await thread.holdLog(true);
  try {
    await query("select pg_backup_start('pista', true)");
    let label: unknown;
    try {
      await copyFiles(from, to, (name) => !isLog(name));
    } finally {
      const { rows } = await query("select labelfile from pg_backup_stop(false)");
      label = rows[0]?.labelfile;
    }
    await copyFiles(from, to, isLog);
    await writeFile(join(to, "backup_label"), String(label), { mode: 0o600 });
  } finally {
    await thread.holdLog(false);
  }
}

const isLog = (name: string): boolean => name.startsWith("pg_wal/");

async function checkRoom(databasePath: string): Promise<void> {
  let neededBytes = roomLeftBytesMin;
  const { files } = await listTree(databasePath);
  await forEachFile(files, async (name) => {
    neededBytes += (await stat(join(databasePath, name)).catch(onVanished))?.size ?? 0;
  });
  const { bavail, bsize } = await statfs(databasePath);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) {
    throw new StoreError("STORE_DISK_FULL", { databasePath, freeBytes, neededBytes });
  }
}

async function copyFiles(
  from: string,
  to: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const tree = await listTree(from);
  for (const name of tree.directories) {
    await mkdir(join(to, name), { recursive: true, mode: 0o700 });
  }
  await forEachFile(tree.files.filter(isWanted), async (name) => {
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE).catch(onVanished);
  });
}

/** A table that is dropped meanwhile takes its files along, and the log tells the copy so. */
function onVanished(cause: unknown): undefined {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
  throw cause;
}

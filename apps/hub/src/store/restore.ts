import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Kysely } from "kysely";
import { createArchiveLoader } from "./archive-loader.ts";
import { type ArchiveSummary, checkArchive, readArchive } from "./archive-reader.ts";
import { openDataDirectory, restoringName } from "./data-directory.ts";
import { renameDurably, writeFileDurably } from "./durable-files.ts";
import { openEmbeddedDatabase } from "./embedded-database.ts";
import { StoreError } from "./errors.ts";
import { createSqlDialect } from "./kysely-dialect.ts";
import { type Migration, migrate } from "./migrations.ts";
import { openServerDatabase } from "./server-database.ts";
import type { SqlConnection, SqlConnections } from "./sql-connection.ts";
import type { OnProgress } from "./template.ts";

export type RestoreOptions = {
  readonly file: string;
  readonly directory: string;
  /** The server that shall hold the data; the directory's own database otherwise. */
  readonly databaseUrl: string | undefined;
  readonly templateCache: string;
  /** What this program knows of the schema; the hub's next start takes the steps that are newer. */
  readonly steps: readonly Migration[];
  readonly onProgress: OnProgress;
};

/**
 * Makes a data directory, and on a server its database, of a backup. The archive is read to its
 * end before anything is made. A directory is being restored while `restoring/` lies in it, and no
 * hub opens it then; what a cut-off restore has left is cleared by the next.
 */
export async function restoreArchive(options: RestoreOptions): Promise<ArchiveSummary> {
  const { file, onProgress } = options;
  onProgress(`Checking ${file}.`);
  const summary = await checkArchive(file);
  const known = new Set(options.steps.map(({ name }) => name));
  const unknownMigrations = summary.steps.filter((name) => !known.has(name));
  if (unknownMigrations.length > 0) throw new StoreError("STORE_NEWER", { unknownMigrations });
  const directory = await openDataDirectory(options.directory, { mayBeRestoring: true });
  try {
    await clearDirectory(directory.path);
    try {
      await mkdir(join(directory.path, restoringName), { mode: 0o700 });
      const fill = options.databaseUrl ? fillServer : fillEmbedded;
      await fill({ ...options, directory: directory.path, stepsWanted: summary.steps.length });
    } catch (cause) {
      await clearDirectory(directory.path);
      throw cause;
    }
    await rm(join(directory.path, restoringName), { recursive: true });
  } finally {
    await directory.release();
  }
  return summary;
}

const keptNames = new Set([".lock", "pista.json", "lost+found"]);

/** Removes the remains of a restore; where none was begun there must be nothing at all. */
async function clearDirectory(path: string): Promise<void> {
  const found = (await readdir(path)).filter((name) => !keptNames.has(name));
  if (found.length > 0 && !found.includes(restoringName)) {
    throw new StoreError("STORE_NOT_EMPTY", { directory: path, found: found.slice(0, 5) });
  }
  // The mark goes last: until then a hub is kept out.
  for (const name of found.filter((one) => one !== restoringName)) {
    await rm(join(path, name), { recursive: true });
  }
  await rm(join(path, restoringName), { recursive: true, force: true });
}

type Target = RestoreOptions & { readonly stepsWanted: number };

async function fillEmbedded(target: Target): Promise<void> {
  const { directory, templateCache, onProgress } = target;
  const making = join(directory, restoringName);
  const database = await openEmbeddedDatabase({ directory: making, templateCache, onProgress });
  try {
    await fillDatabase(database, target);
  } finally {
    await database.close();
  }
  // Only now is it there, and whole; what lies beside it was written before.
  await renameDurably(join(making, "database"), join(directory, "database"));
}

async function fillServer(target: Target): Promise<void> {
  const server = await openServerDatabase({ url: target.databaseUrl ?? "" });
  try {
    await fillDatabase(server, target);
  } finally {
    await server.close();
  }
}

async function fillDatabase(connections: SqlConnections, target: Target): Promise<void> {
  await withConnection(connections, (one) => createArchiveLoader(one).checkEmpty());
  const db = new Kysely<unknown>({ dialect: createSqlDialect(connections) });
  await migrate(db, target.steps.slice(0, target.stepsWanted));
  await withConnection(connections, (one) => loadArchive(one, target));
}

async function withConnection(
  connections: SqlConnections,
  work: (connection: SqlConnection) => Promise<void>,
): Promise<void> {
  const connection = await connections.reserve();
  try {
    await work(connection);
  } finally {
    connection.release();
  }
}

/** In one transaction, so that on a server a cut leaves empty tables and nothing else. */
async function loadArchive(connection: SqlConnection, target: Target): Promise<void> {
  const loader = createArchiveLoader(connection);
  await connection.query("begin", []);
  try {
    await loader.begin();
    for await (const line of readArchive(target.file)) {
      if (line.kind === "table") target.onProgress(`Restoring ${line.name}.`);
      if (line.kind === "file") await writeFileInto(target.directory, line);
      else await loader.take(line);
    }
  } catch (cause) {
    await connection.query("rollback", []);
    throw cause;
  }
  await connection.query("commit", []);
}

async function writeFileInto(
  directory: string,
  { name, base64 }: { readonly name: string; readonly base64: string },
): Promise<void> {
  const isSafe = name.split("/").every((part) => /^[\w-][\w.-]*$/.test(part));
  if (!isSafe) throw new StoreError("STORE_BACKUP_DAMAGED", { name, reason: "a file's name" });
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileDurably(path, Buffer.from(base64, "base64"), 0o600);
}

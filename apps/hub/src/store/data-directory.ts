import { chmod, mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { lockDirectory, lockFolder } from "./directory-lock.ts";
import { syncDirectory, writeFileDurably } from "./durable-files.ts";
import { StoreError } from "./errors.ts";

export type DataDirectory = {
  /** Absolute, with links resolved. Keys and other files of the hub lie beside the database. */
  readonly path: string;
  readonly databasePath: string;
  release(): Promise<void>;
};

const markerName = "pista.json";
const formatVersion = 1;

/** What may lie in a directory that is still to become ours: nothing of anybody's. */
const harmlessNames = new Set([lockFolder, `${markerName}.tmp`, "lost+found"]);

/** It lies in a directory while a backup is being restored there: see restore.ts. */
export const restoringName = "restoring";

/** Opens or makes a data directory and holds it for this process until it is released. */
export async function openDataDirectory(
  directory: string,
  { mayBeRestoring = false } = {},
): Promise<DataDirectory> {
  const path = await prepare(directory);
  // Before the lock, so that nothing is put into a directory of somebody else's.
  await recognise(path);
  await restrict(path);
  const lock = await lockDirectory(path);
  try {
    // Again under the lock: another process may have made it ours, or newer, in between.
    if ((await recognise(path)) === "empty") {
      const marker = { program: "pista", format: formatVersion };
      await mark(join(path, markerName), `${JSON.stringify(marker)}\n`);
    }
    if (!mayBeRestoring && (await readdir(path)).includes(restoringName)) {
      throw new StoreError("STORE_RESTORE_UNFINISHED", { directory: path });
    }
    return { path, databasePath: join(path, "database"), release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepare(directory: string): Promise<string> {
  try {
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = await realpath(directory);
    if (made !== undefined) await syncDirectory(join(path, ".."));
    return path;
  } catch (cause) {
    throw new StoreError("STORE_DIRECTORY_FAILED", { directory }, { cause });
  }
}

async function mark(path: string, text: string): Promise<void> {
  try {
    await writeFileDurably(path, text, 0o600);
  } catch (cause) {
    throw new StoreError("STORE_DIRECTORY_FAILED", { path }, { cause });
  }
}

/** PostgreSQL in wasm makes its files readable by all, so the directory must keep others out. */
async function restrict(path: string): Promise<void> {
  try {
    await chmod(path, 0o700);
  } catch (cause) {
    throw new StoreError("STORE_DIRECTORY_FAILED", { directory: path }, { cause });
  }
}

async function recognise(path: string): Promise<"empty" | "ours"> {
  try {
    return await lookInto(path);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError("STORE_DIRECTORY_FAILED", { directory: path }, { cause });
  }
}

async function lookInto(path: string): Promise<"empty" | "ours"> {
  const names = await readdir(path);
  if (!names.includes(markerName)) {
    const foreign = names.filter((name) => !harmlessNames.has(name));
    if (foreign.length === 0) return "empty";
    throw new StoreError("STORE_FOREIGN", { directory: path, found: foreign.slice(0, 5) });
  }
  const format = parseMarker(await readFile(join(path, markerName), "utf8"));
  if (format === undefined) {
    throw new StoreError("STORE_FOREIGN", {
      directory: path,
      reason: `${markerName} is not of this program`,
    });
  }
  if (format !== formatVersion) {
    throw new StoreError("STORE_NEWER", {
      directory: path,
      format,
      formatOfThisProgram: formatVersion,
    });
  }
  return "ours";
}

function parseMarker(text: string): number | undefined {
  let marker: unknown;
  try {
    marker = JSON.parse(text);
  } catch {
    return undefined; // Not JSON, so not ours: the caller says so.
  }
  if (typeof marker !== "object" || marker === null) return undefined;
  if (!("program" in marker) || marker.program !== "pista") return undefined;
  return "format" in marker && typeof marker.format === "number" ? marker.format : undefined;
}

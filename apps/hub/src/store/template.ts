import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { lockDirectory } from "./directory-lock.ts";
import { copyTreeDurably, renameDurably, syncTree } from "./durable-files.ts";
import { postgresMajor } from "./engine.ts";
import { StoreError } from "./errors.ts";

export type OnProgress = (text: string) => void;

type TemplateOptions = {
  /** A directory for this machine's makings, shared by all data directories. */
  readonly cacheDirectory: string;
  readonly onProgress: OnProgress;
};

/** Making one takes 4 to 20 s; another maker's is waited for that long with room to spare. */
const makingMsMax = 180_000;

/** Grows when the template is made in another way by the same PGlite. */
const recipeVersion = 1;

/**
 * The directory of a fresh database, made once by PGlite's initdb, which takes many seconds and
 * 800 MB; new data directories are copies of it. Its name holds PGlite's exact version. It is
 * whole and on the disk when it appears under its name, so a cut never leaves half a template.
 */
export async function ensureTemplate(options: TemplateOptions): Promise<string> {
  const { cacheDirectory, onProgress } = options;
  const template = join(cacheDirectory, `pglite-${await pgliteVersion()}-${recipeVersion}`);
  if (await exists(template)) return template;
  await mkdir(cacheDirectory, { recursive: true });
  // Two starters would each need the memory and the time; the second waits and finds it made.
  const lock = await lockDirectory(cacheDirectory, {
    waitMsMax: makingMsMax,
    onWait: (holder) => onProgress(`Waiting for ${holder}, which makes the database template.`),
  });
  try {
    if (await exists(template)) return template;
    onProgress("Making the database template, once on this machine: about 5 to 20 s.");
    await makeTemplate(cacheDirectory, template);
    onProgress("The database template is made.");
    return template;
  } catch (cause) {
    throw new StoreError("STORE_TEMPLATE_FAILED", { cacheDirectory }, { cause });
  } finally {
    await lock.release();
  }
}

async function makeTemplate(cacheDirectory: string, template: string): Promise<void> {
  const making = await mkdtemp(join(cacheDirectory, "making-"));
  try {
    await runInitdb(making);
    await syncTree(making);
    await renameDurably(making, template);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** In a thread of its own, because the memory that initdb takes is only freed with its thread. */
function runInitdb(directory: string): Promise<void> {
  const worker = new Worker(new URL("./database-worker-entry.js", import.meta.url), {
    argv: [new URL("./template-worker.ts", import.meta.url).href],
    workerData: directory,
  });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (exitCode) => {
      if (exitCode === 0) resolve();
      else reject(new Error(`The thread of initdb ended with code ${exitCode}.`));
    });
  });
}

/** Gives a data directory its database, a copy of the template, unless it has one. */
export async function ensureDatabase(
  databasePath: string,
  options: TemplateOptions,
): Promise<void> {
  if (await exists(databasePath)) {
    await checkVersion(databasePath);
    return;
  }
  const template = await ensureTemplate(options);
  options.onProgress("Copying the database template into the data directory.");
  const unfinished = `${databasePath}.tmp`;
  try {
    // A start that was cut off leaves an unfinished copy, which nothing has been written to.
    await rm(unfinished, { recursive: true, force: true });
    await copyTreeDurably(template, unfinished);
    await renameDurably(unfinished, databasePath);
  } catch (cause) {
    throw new StoreError("STORE_DIRECTORY_FAILED", { databasePath, template }, { cause });
  }
}

async function checkVersion(databasePath: string): Promise<void> {
  const versionPath = join(databasePath, "PG_VERSION");
  const version = (await readFile(versionPath, "utf8").catch(onMissing))?.trim();
  if (version !== String(postgresMajor)) {
    throw new StoreError("STORE_NEWER", {
      databasePath,
      postgres: version ?? "unknown",
      postgresOfThisProgram: postgresMajor,
    });
  }
}

function onMissing(cause: unknown): undefined {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
  throw cause;
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(onMissing)) !== undefined;

/** The version that is installed, which the lock file pins. */
async function pgliteVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifestPath = join(dirname(entry), "..", "package.json");
  const manifest: unknown = JSON.parse(await readFile(manifestPath, "utf8"));
  const version: unknown =
    typeof manifest === "object" && manifest !== null && "version" in manifest
      ? manifest.version
      : undefined;
  if (typeof version !== "string") {
    throw new StoreError("STORE_TEMPLATE_FAILED", { manifestPath, reason: "no version in it" });
  }
  return version;
}

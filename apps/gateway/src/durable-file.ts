import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayError } from "./errors.ts";

/**
 * Writes a whole file so that a crash or a power cut at any moment leaves either the old content or
 * the new: a temporary file is synced, takes the name, and then the directory is synced, without
 * which the new name itself may be lost.
 * @throws GatewayError DATA_FILE_UNWRITABLE
 */
export async function writeDurably(path: string, content: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    // Keys live beside other state, so everything is for the owner alone.
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await takeName(temporary, path);
  } catch (cause) {
    throw new GatewayError("DATA_FILE_UNWRITABLE", `Could not write ${path}.`, { cause });
  }
}

/**
 * Puts a file in the place of another, so that one of the two is met there whatever happens.
 * @throws GatewayError DATA_FILE_UNWRITABLE
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  try {
    await takeName(from, to);
  } catch (cause) {
    throw new GatewayError("DATA_FILE_UNWRITABLE", `Could not rename ${from}.`, { cause });
  }
}

async function takeName(from: string, to: string): Promise<void> {
  await rename(from, to);
  const directory = await open(dirname(to), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * The file's text, or undefined where there is none.
 * @throws GatewayError DATA_FILE_UNREADABLE when it is there and cannot be read.
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new GatewayError("DATA_FILE_UNREADABLE", `Could not read ${path}.`, { cause });
  }
}

/** The text as JSON, or undefined when it is not JSON; callers look at every field themselves. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller refuses it with a code that says which file or message it was.
  }
}

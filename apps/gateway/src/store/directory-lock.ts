import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { GatewayError } from "../errors.ts";

export type DirectoryLock = { release(): Promise<void> };

/** Bound and listening, but not yet a claim. */
const unseenSuffix = ".new";

/**
 * [AU1] [AU7] Holds a data directory for this process alone: two pilotages with one key and one file
 * of epochs would each obey what the other has refused.
 *
 * A claim is a listening socket in DIR/.lock. The kernel closes it with its process, whatever killed
 * it, and not while it is merely frozen: no process numbers that are reused, no times. Everybody
 * raises a claim first and looks for others then, so of two at once at least one sees the other. Both
 * may be refused; whoever starts them starts them again. A claim takes its visible name only when it
 * listens, so one that refuses connections is dead, and removing it is safe.
 *
 * @throws GatewayError DATA_DIRECTORY_HELD, DATA_FILE_UNWRITABLE
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const folder = join(directory, ".lock");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await withShortPath(folder, (short) => claim(folder, short));
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError("DATA_FILE_UNWRITABLE", `Could not hold ${directory}.`, { cause });
  }
}

async function claim(folder: string, short: string): Promise<DirectoryLock> {
  const name = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const server = createServer((socket) => socket.destroy());
  server.unref(); // The lock alone does not keep the process alive.
  const release = async (): Promise<void> => {
    await rm(join(folder, name), { force: true });
    await new Promise((resolve) => server.close(resolve));
  };
  server.listen(join(short, `${name}${unseenSuffix}`));
  await once(server, "listening");
  try {
    await rename(join(folder, `${name}${unseenSuffix}`), join(folder, name));
    await refuseIfHeld(folder, short, name);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/** Sweeps away what killed processes left. */
async function refuseIfHeld(folder: string, short: string, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    if (!(await isAlive(join(short, name)))) await rm(join(folder, name), { force: true });
    // One that is not yet a claim has not looked yet either: it will see ours.
    else if (!name.endsWith(unseenSuffix)) {
      const holder = `process ${Number.parseInt(name, 10)}`;
      const message = `Another gateway, ${holder}, holds the data directory ${join(folder, "..")}. Stop it first, or give another by --data.`;
      throw new GatewayError("DATA_DIRECTORY_HELD", message);
    }
  }
}

/** The kernel takes the connection for a process that is frozen or busy. In doubt it is alive. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      const code = "code" in error ? error.code : undefined;
      resolve(code !== "ECONNREFUSED" && code !== "ENOENT");
    });
  });
}

/** A socket's path has about a hundred bytes; Linux offers a short way into any folder. */
async function withShortPath<Value>(
  folder: string,
  use: (short: string) => Promise<Value>,
): Promise<Value> {
  if (process.platform !== "linux") return use(folder);
  const handle = await open(folder, "r");
  try {
    return await use(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}

import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StoreError } from "./errors.ts";

export type DirectoryLock = { release(): Promise<void> };

type LockOptions = {
  /** How long to wait for a holder to let go; by default it is refused at once. */
  readonly waitMsMax?: number;
  readonly onWait?: (holder: string) => void;
};

export const lockFolder = ".lock";

/** The path of a socket has 108 bytes on Linux and 104 on macOS, with the closing zero. */
const socketPathBytesMax = 103;
const answerMsMax = 2_000;
const contestMsMax = 10_000;
const contestPauseMs = 20;
const waitPauseMs = 100;

/**
 * Holds a directory for this process alone: two processes on one database silently lose rows.
 *
 * A claim is a listening socket in DIR/.lock. The kernel closes it with the process, whatever
 * killed it, so a claim that refuses connections is dead: no process numbers that are reused or
 * mean something else in another container, no times, no heartbeat.
 *
 * Two starters at once follow Dekker's rule: each first raises its own claim and then looks for
 * others. A claim is bound and listening under another name and only then renamed to its visible
 * one, so a visible claim is never "not yet alive", and removing a dead one is always safe. If
 * two processes held the directory, each would have looked before the other's claim was visible,
 * and so before the other looked: a contradiction. Where both see each other before either
 * holds, the one whose name comes later steps back and starts again.
 *
 * It does not reach across machines: a directory on a network file system is out of its sight.
 */
export async function lockDirectory(
  directory: string,
  { waitMsMax = 0, onWait }: LockOptions = {},
): Promise<DirectoryLock> {
  const folder = join(directory, lockFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const startedMs = performance.now();
  let waitedFor: string | undefined;
  for (;;) {
    const claim = await raiseClaim(directory, folder);
    if (claim === undefined) continue; // Whoever swept it holds or held: the next look will say.
    const rival = await contest(folder, claim).catch(async (error: unknown) => {
      await claim.withdraw();
      throw error;
    });
    if (rival === undefined) {
      claim.hold();
      await sweep(folder, claim.name);
      return { release: claim.withdraw };
    }
    await claim.withdraw();
    const elapsedMs = performance.now() - startedMs;
    const patienceMs = rival.state === "starting" ? contestMsMax : waitMsMax;
    if (elapsedMs >= patienceMs) {
      throw new StoreError("STORE_LOCKED", { directory, pid: rival.pid, host: rival.host });
    }
    const holder = `process ${rival.pid}`;
    if (rival.state === "holding" && waitedFor !== holder) {
      waitedFor = holder;
      onWait?.(holder);
    }
    await delay(rival.state === "starting" ? contestPauseMs : waitPauseMs);
  }
}

type Rival = { name: string; state: "starting" | "holding"; pid: number; host: string | undefined };

/** The living rival that this claim must yield to, or nothing when the directory is ours. */
async function contest(folder: string, claim: Claim): Promise<Rival | undefined> {
  const startedMs = performance.now();
  for (;;) {
    if (!(await claimNames(folder)).includes(claim.name)) {
      throw new StoreError("STORE_LOCK_FAILED", { folder, reason: "the claim was removed" });
    }
    const rivals = await livingRivals(folder, claim.name);
    const [first] = rivals;
    if (first === undefined) return undefined;
    const stronger = rivals.find(({ state, name }) => state === "holding" || name < claim.name);
    if (stronger) return stronger;
    // All others are about to step back; one that was stopped in between is not waited for.
    if (performance.now() - startedMs > contestMsMax) return first;
    await delay(contestPauseMs);
  }
}

type Claim = { name: string; hold(): void; withdraw(): Promise<void> };

const unseenSuffix = ".tmp";

/** Undefined when somebody swept the unseen claim away before it listened: begin again. */
async function raiseClaim(directory: string, folder: string): Promise<Claim | undefined> {
  const name = `${process.pid}-${randomBytes(8).toString("hex")}.sock`;
  const unseen = `${name}${unseenSuffix}`;
  let state: Rival["state"] = "starting";
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy()); // A rival that hangs up has its answer or needs none.
    socket.end(JSON.stringify({ state, pid: process.pid, host: hostname() }));
  });
  try {
    await withSocketPath(folder, unseen, (path) => listen(server, path));
    await rename(join(folder, unseen), join(folder, name));
  } catch (cause) {
    const wasListening = server.listening;
    server.close();
    if (wasListening && isMissing(cause)) return undefined;
    throw new StoreError("STORE_LOCK_FAILED", { directory }, { cause });
  }
  server.unref(); // The lock alone does not keep the process alive.
  return {
    name,
    hold: () => {
      state = "holding";
    },
    withdraw: async () => {
      await rm(join(folder, name), { force: true });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, backlog: 64 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT";

const claimNames = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(".sock"));

async function livingRivals(folder: string, own: string): Promise<Rival[]> {
  const names = (await claimNames(folder)).filter((name) => name !== own);
  const asked = await Promise.all(names.map((name) => ask(folder, name)));
  return asked.filter((rival) => rival !== undefined);
}

/** Asks a claim who stands behind it; nothing when it is dead. In doubt it is alive and holds. */
async function ask(folder: string, name: string): Promise<Rival | undefined> {
  const unknown: Rival = {
    name,
    state: "holding",
    pid: Number.parseInt(name, 10),
    host: undefined,
  };
  try {
    const text = await withSocketPath(folder, name, readAll);
    return { ...unknown, ...parseAnswer(text) };
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    return code === "ECONNREFUSED" || code === "ENOENT" ? undefined : unknown;
  }
}

/** A process that is too busy to answer is alive all the same: the kernel took the connection. */
function readAll(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    const socket: Socket = connect({ path });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    timer = setTimeout(() => finish(() => resolve(text)), answerMsMax);
    socket.setEncoding("utf8");
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("end", () => finish(() => resolve(text)));
    socket.on("error", (cause) => finish(() => reject(cause)));
  });
}

function parseAnswer(text: string): Partial<Rival> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return {}; // Silence or half an answer: the claim's name still says who it is.
  }
  if (typeof answer !== "object" || answer === null) return {};
  const { state, pid, host } = answer as Record<string, unknown>; // Each is checked below.
  return {
    ...(state === "starting" || state === "holding" ? { state } : {}),
    ...(typeof pid === "number" ? { pid } : {}),
    ...(typeof host === "string" ? { host } : {}),
  };
}

/** Removes what killed processes left: dead claims, and ones that never became visible. */
async function sweep(folder: string, own: string): Promise<void> {
  const remains = (await readdir(folder)).filter(
    (name) => name !== own && (name.endsWith(".sock") || name.endsWith(unseenSuffix)),
  );
  // Only what was asked and is dead: a visible claim that appeared since is a living one.
  await Promise.all(
    remains.map(async (name) => {
      if ((await ask(folder, name)) === undefined) await rm(join(folder, name), { force: true });
    }),
  );
}

/** A data directory may lie too deep for a socket's path; Linux offers a short way to it. */
async function withSocketPath<T>(
  folder: string,
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= socketPathBytesMax) return use(path);
  if (process.platform !== "linux") {
    throw new StoreError("STORE_LOCK_FAILED", {
      folder,
      reason: `its path is longer than a socket's may be (${socketPathBytesMax} bytes)`,
    });
  }
  const handle = await open(folder, "r");
  try {
    return await use(`/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
}

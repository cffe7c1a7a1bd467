import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = `${root}bin/pista.js`;
const run = promisify(execFile);

export type Account = { email: string; password: string; roles: string[] };

/** The product as its users start it: one command, with the demonstration beside it. */
export type RunningHub = {
  readonly url: string;
  readonly dataDirectory: string;
  account(role: string): Account;
  /** The command line against this hub. */
  pista(...words: string[]): Promise<string>;
  /** What the hub and its programs logged, for a test that fails. */
  log(): string;
  /** Frozen it is with SIGSTOP, and goes on with SIGCONT; the programs beside it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  stop(): Promise<void>;
};

const readyWithinMs = 90_000;

export async function startHub(): Promise<RunningHub> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "pista-e2e-"));
  await run(process.execPath, [`${root}bin/build-console.js`], { cwd: root });
  const child = spawn(
    process.execPath,
    [program, "serve", "--data", dataDirectory, "--port", "0", "--mqtt-port", "0"],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error(`The hub is not ready.\n${log}`)),
      readyWithinMs,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Pista runs at (\S+)/.exec(output)?.[1];
      if (!address || !output.includes("Ctrl+C")) return;
      clearTimeout(deadline);
      resolve(address);
    });
    child.once("exit", (code) => reject(new Error(`The hub ended with ${code}.\n${log}`)));
  });
  const accounts = JSON.parse(
    await readFile(join(dataDirectory, "demo-accounts.json"), "utf8"),
  ) as Account[]; // The hub wrote it a moment ago.
  return {
    url,
    dataDirectory,
    account(role) {
      const found = accounts.find(({ roles }) => roles.includes(role));
      if (!found) throw new Error(`There is no demonstration account with the role ${role}.`);
      return found;
    },
    async pista(...words) {
      const { stdout } = await run(process.execPath, [program, ...words, "--data", dataDirectory]);
      return stdout;
    },
    log: () => log,
    signal: (signal) => void child.kill(signal),
    async stop() {
      await leave(child);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function leave(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

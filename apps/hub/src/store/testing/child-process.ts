import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export type Child = {
  readonly pid: number;
  /** Resolves with the next line, or with nothing when there will be none. */
  nextLine(): Promise<string | undefined>;
  endInput(): void;
  /** SIGKILL; resolves when the process is gone, with every line that was still in the pipe. */
  kill(): Promise<readonly string[]>;
};

/** Starts a TypeScript module of this folder as a process of its own. */
export function startChild(moduleName: string, ...parameters: string[]): Child {
  const path = fileURLToPath(new URL(moduleName, import.meta.url));
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ["--import", "tsx", path, ...parameters],
    // From here tsx is found, wherever the tests were started.
    { cwd: fileURLToPath(new URL(".", import.meta.url)), stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines: string[] = [];
  let unfinished = "";
  let isOver = false;
  let wake: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin.on("error", () => {}); // The child may be killed before its input is closed.
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    const pieces = (unfinished + part).split("\n");
    unfinished = pieces.pop() ?? "";
    lines.push(...pieces);
    wake?.();
  });
  child.once("close", () => {
    isOver = true;
    wake?.();
  });
  return {
    pid: child.pid ?? -1,
    nextLine: async () => {
      while (lines.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines.shift();
    },
    endInput: () => child.stdin.end(),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
      return lines.splice(0);
    },
  };
}

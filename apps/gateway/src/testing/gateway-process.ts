import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

type LogLine = { readonly msg: string; readonly [member: string]: unknown };

/** The whole program, in processes of its own, as a person starts it. */
export class GatewayProcess {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(args: readonly string[]) {
    const main = new URL("../main.ts", import.meta.url).href;
    const code = `const { run } = await import("${main}"); await run(process.argv.slice(1));`;
    this.#child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", code, "--", ...args],
      {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, PISTA_EXIT_WITH_PARENT: "1", PISTA_LOG: "debug" },
      },
    );
    this.#exited = once(this.#child, "exit");
    // The log, and what is shown on the console alone.
    for (const stream of [this.#child.stderr, this.#child.stdout]) {
      let rest = "";
      stream?.on("data", (chunk) => {
        const parts = `${rest}${String(chunk)}`.split("\n");
        rest = parts.pop() ?? "";
        for (const part of parts) this.#keep(part);
      });
    }
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  find(text: string): LogLine | undefined {
    return this.lines.find(({ msg }) => msg.includes(text));
  }

  count(text: string): number {
    return this.lines.filter(({ msg }) => msg.includes(text)).length;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As when whoever started it is gone. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  async end(): Promise<void> {
    this.endInput();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#exited;
    clearTimeout(timer);
  }

  #keep(part: string): void {
    if (!part.startsWith("{")) {
      this.lines.push({ msg: part });
      return;
    }
    // Written by pino, which always writes "msg" where one was given.
    this.lines.push({ msg: "", ...(JSON.parse(part) as object) });
  }
}

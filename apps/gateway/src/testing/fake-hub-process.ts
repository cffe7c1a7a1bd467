import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Pilot } from "./fake-hub.ts";
import type { FromHubProgram, ToHubProgram } from "./fake-hub-program.ts";
import { until } from "./until.ts";

/** The fake hub in a process of its own, so that it can be killed or frozen like a real one. */
export class FakeHubProcess {
  readonly #child: ChildProcess;
  port = 0;
  isJoined = false;
  #answer: Extract<FromHubProgram, { op: "answer" }> | undefined;

  constructor(walls: { readonly westM: number; readonly eastM: number }) {
    this.#child = fork(
      fileURLToPath(new URL("./fake-hub-program.ts", import.meta.url)),
      [String(walls.westM), String(walls.eastM)],
      { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"] },
    );
    this.#child.on("message", (message: FromHubProgram) => {
      if (message.op === "open") this.port = message.port;
      else if (message.op === "joined") this.isJoined = message.isJoined;
      else this.#answer = message;
    });
  }

  async opened(): Promise<void> {
    await until("the hub's process", () => this.port > 0, 30_000);
  }

  lease(epoch: number, { dtlsFingerprint, keyThumbprint }: Pilot): string {
    this.#say({ op: "lease", epoch, pilot: { dtlsFingerprint, keyThumbprint } });
    return `lease-${epoch}`;
  }

  async offer(leaseId: string, sdp: string): Promise<{ sdp: string | null; cause: string | null }> {
    this.#answer = undefined;
    this.#say({ op: "offer", leaseId, sdp });
    return until("an answer to the offer", () => this.#answer);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #say(message: ToHubProgram): void {
    this.#child.send(message);
  }
}

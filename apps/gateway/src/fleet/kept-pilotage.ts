import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Cancel, Clock } from "@pista/kernel";
import type { Logger } from "pino";
import { lastingExitCode } from "../errors.ts";

export type PilotageProgram = {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

const entry = fileURLToPath(new URL("./pilotage-entry.js", import.meta.url));
/**
 * [LG10] At once, and each time twice as late: one that dies again and again is soon away for the two
 * seconds after which the autopilot lands the vehicle by itself.
 */
const restartMsMin = 100;
const restartMsMax = 15_000;
/** Having lived this long it is sound, and its next death is a first one. */
const soundAfterMs = 15_000;
/** Media has a second and a half of its own, and the record must be closed. */
const endingMsMax = 5_000;

type Life =
  | { readonly state: "up"; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | { readonly state: "ended" };

/**
 * [LG10] One vehicle's pilotage, as a process of its own that is started again when it ends, unless it
 * says that this would mend nothing. Nothing of the flight comes here. Its standard input is a pipe that says nothing and closes when this
 * process is gone, however it went.
 */
export class KeptPilotage {
  readonly #program: PilotageProgram;
  readonly #clock: Clock;
  readonly #log: Logger;
  #life: Life;
  #restartMs = restartMsMin;
  #restarts = 0;

  constructor(program: PilotageProgram, clock: Clock, log: Logger) {
    this.#program = program;
    this.#clock = clock;
    this.#log = log;
    this.#life = this.#start();
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    const life = this.#life;
    this.#life = { state: "ended" };
    if (life.state === "waiting") life.cancel();
    if (life.state !== "up") return;
    const { child } = life;
    // It could not be started, and is about to say so; a signal would go to this process's own group.
    if (child.pid === undefined) return;
    const cancel = this.#clock.after(endingMsMax, () => child.kill("SIGKILL"));
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
    cancel();
  }

  #start(): Life {
    const child = spawn(process.execPath, [entry, ...this.#program.arguments], {
      stdio: ["pipe", "inherit", "inherit"],
      env: this.#program.environment,
    });
    child.on("spawn", () => this.#log.info({ processId: child.pid }, "pilotage started"));
    child.on("error", (error) => this.#bury(child, error.message));
    child.on("exit", (code, signal) => {
      if (code === lastingExitCode) this.#giveUp();
      else this.#bury(child, signal ?? `exit code ${code}`);
    });
    return { state: "up", child, sinceMs: this.#clock.monotonicMs() };
  }

  #giveUp(): void {
    if (this.#life.state === "ended") return;
    this.#life = { state: "ended" };
    this.#log.error(
      "pilotage was refused, as it says above, and is not started again: mend that, and start this gateway again",
    );
  }

  /** That it could not be started is told as an error, and no end follows. */
  #bury(child: ChildProcess, cause: string): void {
    const life = this.#life;
    if (life.state !== "up" || life.child !== child) return;
    if (this.#clock.monotonicMs() - life.sinceMs > soundAfterMs) this.#restartMs = restartMsMin;
    const restartMs = this.#restartMs;
    this.#restarts += 1;
    this.#log.error(
      { cause, restartMs, restarts: this.#restarts },
      "pilotage ended; it is started again",
    );
    this.#restartMs = Math.min(2 * restartMs, restartMsMax);
    const cancel = this.#clock.after(restartMs, () => {
      this.#life = this.#start();
    });
    this.#life = { state: "waiting", cancel };
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LocalAct } from "@pista/flight";
import type { Cancel, Clock } from "@pista/kernel";
import { GatewayError } from "../errors.ts";
import { type LocalPageSettings, parseFromLocalPage, type ToLocalPage } from "./messages.ts";

const restartMsMin = 500;
const restartMsMax = 15_000;
/** Having lived this long it is sound, and its next death is a first one. */
const soundAfterMs = 30_000;
const watchPeriodMs = 1_000;
/** It asks five times a second; starting takes longer. */
const silentPeriodsMax = { starting: 30, up: 5 };
/** Ten times what it has to say: whoever says more was taken over, and pilotage has a vehicle to fly. */
const messagesPerPeriodMax = 300;
const endingMsMax = 1_000;

export type LocalPageOptions = {
  readonly settings: LocalPageSettings;
  readonly clock: Clock;
  /** What to show. */
  readonly state: () => object;
  readonly events: {
    readonly acted: (act: LocalAct) => void;
    readonly listening: (at: { url: string; fingerprint: string; processId: number }) => void;
    readonly down: (error: GatewayError) => void;
  };
};

type Life =
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | { readonly state: "starting" | "up"; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly state: "ended" };

/**
 * [LG10] Pilotage's side of the local page: forks it, answers it, and forks it again when it dies,
 * hangs or says too much. A TLS handshake costs milliseconds, and anybody on the site's network may
 * ask for one: that must not be the process that owes the vehicle a set-point every 20 ms.
 */
export class LocalPageProcess {
  readonly #options: LocalPageOptions;
  #life: Life = { state: "ended" };
  #restartMs = restartMsMin;
  #heard = 0;
  #silentPeriods = 0;

  constructor(options: LocalPageOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#life.state === "ended") this.#fork();
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    const life = this.#life;
    this.#life = { state: "ended" };
    if (life.state === "waiting") life.cancel();
    if (life.state !== "starting" && life.state !== "up") return;
    const { child } = life;
    // It could not be started, and is about to say so; a signal would go to this process's own group.
    if (child.pid === undefined) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(endingMsMax, () => child.kill("SIGKILL"));
      child.once("exit", () => {
        cancel();
        resolve();
      });
      this.#say(child, { kind: "end" });
    });
  }

  #fork(): void {
    const { clock, settings } = this.#options;
    const child = fork(fileURLToPath(new URL("./local-page-entry.js", import.meta.url)), {
      execArgv: [],
      // The pairing code goes to the console, not into the log.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#life = { state: "starting", child, sinceMs: clock.monotonicMs() };
    this.#silentPeriods = 0;
    this.#heard = 0;
    child.on("message", (message) => this.#hear(child, message));
    child.on("error", (cause) => this.#bury(child, cause));
    child.on("exit", (code, signal) =>
      this.#bury(child, new Error(`It ended with ${signal ?? `exit code ${code}`}.`)),
    );
    this.#say(child, { kind: "start", settings });
    this.#watch(child);
  }

  /** Frozen it holds browsers on to an old picture, and flooded with its words pilotage would be late. */
  #watch(child: ChildProcess): void {
    const life = this.#life;
    if ((life.state !== "starting" && life.state !== "up") || life.child !== child) return;
    this.#silentPeriods = this.#heard === 0 ? this.#silentPeriods + 1 : 0;
    this.#heard = 0;
    if (this.#silentPeriods > silentPeriodsMax[life.state]) {
      this.#bury(child, new Error("It is silent."));
      return;
    }
    this.#options.clock.after(watchPeriodMs, () => this.#watch(child));
  }

  #hear(child: ChildProcess, raw: unknown): void {
    const life = this.#life;
    if ((life.state !== "starting" && life.state !== "up") || life.child !== child) return;
    this.#heard += 1;
    if (this.#heard > messagesPerPeriodMax) {
      this.#bury(child, new Error("It says too much."));
      return;
    }
    const message = parseFromLocalPage(raw);
    const { events, state } = this.#options;
    switch (message?.kind) {
      case "ask":
        this.#say(child, { kind: "state", state: state() });
        return;
      case "act":
        events.acted(message.act);
        return;
      case "listening":
        this.#life = { ...life, state: "up" };
        events.listening({ ...message, processId: child.pid ?? 0 });
        return;
      case "failed":
        this.#bury(child, new Error(message.cause));
    }
  }

  /** A death may be told twice, as an error and as an end; only the first counts. */
  #bury(child: ChildProcess, cause: Error): void {
    const life = this.#life;
    if ((life.state !== "starting" && life.state !== "up") || life.child !== child) return;
    const { clock, events } = this.#options;
    child.kill("SIGKILL");
    if (clock.monotonicMs() - life.sinceMs > soundAfterMs) this.#restartMs = restartMsMin;
    const cancel = clock.after(this.#restartMs, () => this.#fork());
    this.#restartMs = Math.min(2 * this.#restartMs, restartMsMax);
    this.#life = { state: "waiting", cancel };
    events.down(new GatewayError("LOCAL_PAGE_FAILED", "The local page ended.", { cause }));
  }

  #say(child: ChildProcess, message: ToLocalPage): void {
    if (!child.connected) return; // Its exit event follows.
    child.send(message, (error) => {
      if (error) this.#bury(child, error);
    });
  }
}

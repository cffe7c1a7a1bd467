import type { LocalAct } from "@pista/flight";
import type { Clock } from "@pista/kernel";
import { GatewayError } from "../errors.ts";
import { ForkedChild } from "../forked-child.ts";
import { type LocalPageSettings, parseFromLocalPage, type ToLocalPage } from "./messages.ts";

/** It asks five times a second; starting takes longer. */
const silentPeriodsMax = { starting: 30, up: 5 };
/** Ten times what it has to say: whoever says more was taken over, and pilotage has a vehicle to fly. */
const messagesPerPeriodMax = 300;

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

/**
 * [LG10] Pilotage's side of the local page: answers its process, which is forked again when it hangs
 * or says too much. A TLS handshake costs milliseconds, and anybody on the site's network may ask for
 * one: that must not be the process that owes the vehicle a set-point every 20 ms.
 */
export class LocalPageProcess {
  readonly #options: LocalPageOptions;
  readonly #child: ForkedChild<ToLocalPage>;
  #heard = 0;
  #silentPeriods = 0;

  constructor(options: LocalPageOptions) {
    const { clock, settings, events } = options;
    this.#options = options;
    this.#child = new ForkedChild<ToLocalPage>({
      entry: new URL("./local-page-entry.js", import.meta.url),
      // The pairing code goes to the console, not into the log.
      fork: { stdio: ["ignore", "inherit", "inherit", "ipc"] },
      clock,
      restartMs: { min: 500, max: 15_000 },
      soundAfterMs: 30_000,
      ending: { word: { kind: "end" }, msMax: 1_000 },
      begun: () => {
        this.#silentPeriods = 0;
        return { kind: "start", settings };
      },
      heard: (message) => this.#hear(message),
      watch: (state) => this.#watch(state),
      died: (cause) =>
        events.down(new GatewayError("LOCAL_PAGE_FAILED", "The local page ended.", { cause })),
    });
  }

  start(): void {
    this.#child.start();
  }

  /** Resolves when the process is gone. */
  end(): Promise<void> {
    return this.#child.end();
  }

  /** Frozen it holds browsers on to an old picture. */
  #watch(state: "starting" | "up"): string | undefined {
    this.#silentPeriods = this.#heard === 0 ? this.#silentPeriods + 1 : 0;
    this.#heard = 0;
    return this.#silentPeriods > silentPeriodsMax[state] ? "It is silent." : undefined;
  }

  #hear(raw: unknown): void {
    this.#heard += 1;
    if (this.#heard > messagesPerPeriodMax) {
      this.#child.replace("It says too much.");
      return;
    }
    const message = parseFromLocalPage(raw);
    const { events, state } = this.#options;
    switch (message?.kind) {
      case "ask":
        this.#child.say({ kind: "state", state: state() });
        return;
      case "act":
        events.acted(message.act);
        return;
      case "listening":
        events.listening({ ...message, processId: this.#child.isReady() });
        return;
      case "failed":
        this.#child.replace(message.cause);
    }
  }
}

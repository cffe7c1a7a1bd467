import type { ToPilot } from "@pista/contracts";
import {
  type GatePassage,
  type GatewayState,
  type Laps,
  type LapTiming,
  timeLaps,
} from "@pista/flight";
import type { Logger } from "pino";
import type { Reception } from "./reception.ts";

export type LapClockOptions = {
  readonly guard: { readonly state: GatewayState };
  readonly reception: Pick<Reception, "send">;
  readonly recorder: { passage(passage: GatePassage, leaseId: string): void };
  readonly log: Logger;
};

/**
 * Times laps beside the guard: after its tick, from what it knows by then. Whatever goes wrong here
 * costs the laps and nothing else.
 */
export class LapClock {
  readonly #options: LapClockOptions;
  #timing: LapTiming | undefined;
  /** What the page of this challenge was told last. */
  #told: { readonly challenge: string; readonly laps: Laps } | undefined;
  #isBroken = false;

  constructor(options: LapClockOptions) {
    this.#options = options;
  }

  tick(): void {
    if (this.#isBroken) return;
    try {
      this.#step();
    } catch (error) {
      this.#isBroken = true;
      this.#options.log.error({ err: error }, "laps are no longer timed; the guard goes on");
    }
  }

  #step(): void {
    const { guard, recorder, log } = this.#options;
    const { timing, passages } = timeLaps(this.#timing, guard.state);
    this.#timing = timing;
    if (!timing) return;
    for (const passage of passages) {
      recorder.passage(passage, timing.leaseId);
      if (passage.lapMs !== undefined) log.info({ lapMs: Math.round(passage.lapMs) }, "a lap");
    }
    this.#tell(timing.progress.laps);
  }

  /** At each gate, and to a page that comes anew. */
  #tell(laps: Laps): void {
    const { guard, reception } = this.#options;
    const { peer } = guard.state;
    if (peer.state !== "open" || !peer.proved) return;
    const { challenge } = peer;
    if (this.#told?.challenge === challenge && this.#told.laps === laps) return;
    this.#told = { challenge, laps };
    reception.send("pilot", "commands", JSON.stringify(lapsMessage(laps)));
  }
}

const lapsMessage = (laps: Laps): ToPilot => ({
  op: "laps",
  nextGate: laps.nextGate,
  lapStartedAtMs: laps.lapStartedAtMs ?? null,
  lapsFlown: laps.lapsFlown,
  lastLapMs: laps.lastLapMs ?? null,
  bestLapMs: laps.bestLapMs ?? null,
});

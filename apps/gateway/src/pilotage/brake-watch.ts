import type { BrakesState } from "@pista/contracts";
import {
  type BrakeCheck,
  type BrakeLedger,
  type Braking,
  brakeCheckStart,
  checkBrakes,
  declarableMps2,
  enterBraking,
  type GatewayEvent,
  type GatewayStep,
} from "@pista/flight";
import type { Clock, MonotonicMs } from "@pista/kernel";
import type { Logger } from "pino";
import type { BrakeStore, Recorder } from "./ports.ts";

export type BrakeWatchOptions = {
  readonly guard: { hear(event: GatewayEvent): void };
  readonly brakes: BrakeStore;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * [LG6] Measures every braking beside the guard. Whatever goes wrong here costs the measuring and
 * nothing else; what the guard hears of it is one event, when the brakes are worse than declared.
 */
export class BrakeWatch {
  readonly #options: BrakeWatchOptions;
  #check: BrakeCheck = brakeCheckStart;
  #ledger: BrakeLedger;
  #isBroken = false;

  constructor(options: BrakeWatchOptions) {
    this.#options = options;
    this.#ledger = options.brakes.ledger;
    this.#sayWorse();
  }

  get state(): BrakesState {
    const { declared, kept, fastestMps, worstShare, worse } = this.#ledger;
    if (worse) {
      const { decelerationMps2: declaredMps2 } = declared;
      return { state: "worse", measuredMps2: declarableMps2(worse), declaredMps2 };
    }
    if (kept === 0) return { state: "untested" };
    return { state: "kept", brakings: kept, fastestMps, wayShare: worstShare };
  }

  /** What the guard heard, and what it made of it. */
  heard(event: GatewayEvent, step: GatewayStep): void {
    if (this.#isBroken) return;
    try {
      const { check, braking } = checkBrakes(this.#check, event, step);
      this.#check = check;
      if (braking) this.#enter(braking, event.atMs);
    } catch (error) {
      this.#isBroken = true;
      this.#options.log.error({ err: error }, "brakings are no longer measured; the guard goes on");
    }
  }

  /** The guard first, then what must outlive this program, then what is for people. */
  #enter(braking: Braking, atMs: MonotonicMs): void {
    const { guard, recorder, clock, log } = this.#options;
    const { verdict, figures } = braking;
    if (verdict === "worse") {
      const { boundMps2: decelerationMps2 } = figures;
      guard.hear({ kind: "brakes-contradicted", decelerationMps2, atMs });
    }
    const ledger = enterBraking(this.#ledger, braking, clock.nowMs());
    if (ledger !== this.#ledger) this.#keep(ledger);
    recorder.record({ kind: "brake-measured", ...braking });
    if (verdict === "unclear") log.debug(braking, "a braking that says nothing of the brakes");
    else log.info({ verdict, ...figures }, "a braking");
    if (verdict === "worse") this.#sayWorse();
  }

  #keep(ledger: BrakeLedger): void {
    const { brakes, log } = this.#options;
    this.#ledger = ledger;
    brakes.store(ledger).catch((error: unknown) => {
      log.error({ err: error }, "what a braking has shown could not be stored");
    });
  }

  #sayWorse(): void {
    const { declared, worse } = this.#ledger;
    if (!worse) return;
    const [measured, promised] = [worse.boundMps2.toFixed(2), declared.decelerationMps2];
    this.#options.log.error(
      { ...worse },
      `the brakes were worse than declared: ${measured} m/s2 measured, ${promised} declared. No take-off until that is declared: --deceleration ${declarableMps2(worse).toFixed(1)}`,
    );
  }
}

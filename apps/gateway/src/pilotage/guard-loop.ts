import {
  frozenMs,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  type GatewayStep,
  stepGateway,
  tickMs,
} from "@pista/flight";
import { type Cancel, type Clock, type MonotonicMs, monotonicMs } from "@pista/kernel";

export type GuardLoopOptions = {
  readonly initial: GatewayState;
  readonly clock: Clock;
  /** Carries one effect out; it may send new events, and they wait their turn. */
  readonly carry: (effect: GatewayEffect, atMs: MonotonicMs) => void;
  /** Hears each event and what the guard made of it, before the effects are carried out. */
  readonly onStep?: (event: GatewayEvent, step: GatewayStep) => void;
  /** [LG8] This process stood still longer than the vehicle waits for a set-point. */
  readonly onFrozen: (lateMs: number) => void;
  /** Every 20 ms, after the guard's own tick: what the adapters do in step with it. */
  readonly onTick: (atMs: MonotonicMs) => void;
};

/** Turns the guard's crank: events in, one at a time; effects out; and time at its hours. */
export class GuardLoop {
  readonly #options: GuardLoopOptions;
  readonly #waiting: GatewayEvent[] = [];
  #state: GatewayState;
  #isStepping = false;
  #dueAtMs: MonotonicMs = monotonicMs(0);
  #cancelTick: Cancel = () => undefined;
  #cancelWake: Cancel = () => undefined;
  #wakeAtMs: MonotonicMs | undefined;

  constructor(options: GuardLoopOptions) {
    this.#options = options;
    this.#state = options.initial;
  }

  get state(): GatewayState {
    return this.#state;
  }

  start(): void {
    this.#dueAtMs = this.#options.clock.monotonicMs();
    this.#tick();
  }

  stop(): void {
    this.#cancelTick();
    this.#cancelWake();
  }

  /** Whatever an effect gives rise to waits until the effects before it are carried out. */
  hear(event: GatewayEvent): void {
    this.#waiting.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  #step(event: GatewayEvent): void {
    const step = stepGateway(this.#state, event);
    const { state, effects, wakeAtMs } = step;
    this.#state = state;
    this.#setWake(wakeAtMs);
    this.#options.onStep?.(event, step);
    for (const effect of effects) this.#options.carry(effect, event.atMs);
  }

  /**
   * Deadlines are absolute, so a late tick does not push the following ones back; those that were
   * missed are skipped, because a burst of old ticks helps nobody.
   */
  #tick(): void {
    const { clock, onTick, onFrozen } = this.#options;
    const atMs = clock.monotonicMs();
    const lateMs = atMs - this.#dueAtMs;
    if (lateMs > frozenMs) onFrozen(Math.round(lateMs));
    this.hear({ kind: "tick", atMs });
    onTick(atMs);
    const afterMs = clock.monotonicMs();
    const periods = Math.max(1, Math.floor((afterMs - this.#dueAtMs) / tickMs) + 1);
    this.#dueAtMs = monotonicMs(this.#dueAtMs + periods * tickMs);
    this.#cancelTick = clock.after(this.#dueAtMs - afterMs, () => this.#tick());
  }

  /** [LG1] A command stops acting when its own age passes a wall: up to 20 ms before the tick. */
  #setWake(wakeAtMs: MonotonicMs | undefined): void {
    if (wakeAtMs === this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = wakeAtMs;
    if (wakeAtMs === undefined) {
      this.#cancelWake = () => undefined;
      return;
    }
    const { clock } = this.#options;
    this.#cancelWake = clock.after(wakeAtMs - clock.monotonicMs(), () => {
      this.#wakeAtMs = undefined;
      this.hear({ kind: "tick", atMs: clock.monotonicMs() });
    });
  }
}

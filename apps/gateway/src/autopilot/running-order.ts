import type { AutopilotOrder } from "@pista/flight";
import { assertNever, type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { MavlinkFrame, OutgoingMessage, Parties } from "@pista/mavlink";
import { TaskRun } from "./task-run.ts";
import { disarm, land, takeOff } from "./tasks.ts";

/** The autopilot gives its reason in words, a moment after its "no". */
const reasonsMsMax = 300;
/** After a landing was refused or not taken up, it is asked for again this much later. */
const landAgainMs = 250;
/** A landing refused this often is told to the guard, which decides anew; asking goes on. */
const landRefusalsMax = 4;

/** How the vehicle is now, as far as an order depends on it. */
export type VehicleNow = {
  readonly armed: boolean;
  readonly mode: "guided" | "landing" | "other" | "unknown";
  readonly landed: boolean | undefined;
  /** Whether the guard still wants a take-off: its lease may have ended since. */
  readonly mayTakeOff: boolean;
};

/** Undefined reason: it went as ordered, or is of no use any more. */
export type OrderEnd = { readonly reason: string | undefined };

type Context = {
  readonly parties: Parties;
  readonly send: (message: OutgoingMessage) => void;
  readonly takeOffHeightM: number;
};

/** One order on its way: asked for, acknowledged, asked again, or refused with a reason. */
export class RunningOrder {
  readonly order: AutopilotOrder;
  readonly sinceMs: MonotonicMs;
  readonly #context: Context;
  #run: TaskRun;
  #hasBeenGuided = false;
  #hasBeenArmed = false;
  #refusals = 0;
  #againAtMs: MonotonicMs | undefined;
  #failed: { readonly why: string; readonly atMs: MonotonicMs } | undefined;

  constructor(order: AutopilotOrder, context: Context, atMs: MonotonicMs) {
    this.order = order;
    this.sinceMs = atMs;
    this.#context = context;
    this.#run = this.#begin();
    this.#run.tick(atMs);
  }

  hear(frame: MavlinkFrame, atMs: MonotonicMs): void {
    this.#run.hear(frame, atMs);
  }

  /** Undefined while it goes on. */
  tick(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    this.#run.tick(atMs);
    switch (this.order) {
      case "take-off":
        return this.#watchTakeOff(now, atMs);
      case "land":
        return this.#watchLanding(now, atMs);
      case "motors-off":
        return this.#run.isDone ? { reason: undefined } : this.#watchRefusal(atMs);
      default:
        return assertNever(this.order, "An order");
    }
  }

  #begin(): TaskRun {
    const { parties, send, takeOffHeightM } = this.#context;
    switch (this.order) {
      case "take-off":
        return new TaskRun(takeOff(takeOffHeightM), parties, send);
      case "land":
        return new TaskRun([land], parties, send);
      case "motors-off":
        return new TaskRun([disarm], parties, send);
      default:
        return assertNever(this.order, "An order");
    }
  }

  #watchTakeOff(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    // Its acknowledgement may have been lost, and the repeat refused because it flies already.
    if (this.#run.isDone || (now.armed && now.landed === false)) return { reason: undefined };
    if (!now.mayTakeOff)
      return this.#abandon(now, atMs, "the pilot was lost before it was in the air");
    if (now.mode === "guided") this.#hasBeenGuided = true;
    else if (this.#hasBeenGuided) {
      // [AU4] The safety pilot took it while it was being armed, and keeps it.
      return { reason: "the mode was changed on the vehicle" };
    }
    const end = this.#watchRefusal(atMs);
    return end ? this.#abandon(now, atMs, end.reason) : undefined;
  }

  /** A vehicle that was armed for a take-off that does not come is not left with turning motors. */
  #abandon(now: VehicleNow, atMs: MonotonicMs, reason: string | undefined): OrderEnd {
    const { parties, send } = this.#context;
    if (now.armed && now.mode === "guided") new TaskRun([disarm], parties, send).tick(atMs);
    return { reason };
  }

  /**
   * An acknowledged mode is not yet a mode: only the heartbeat ends a landing, for the
   * acknowledgement of an earlier change of mode looks the same.
   */
  #watchLanding(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    if (now.armed) this.#hasBeenArmed = true;
    else if (now.mode !== "unknown") {
      return { reason: this.#hasBeenArmed ? undefined : "its motors are off already" };
    }
    if (now.mode === "landing") return { reason: undefined };
    // [AU4] Out of GUIDED it is the safety pilot's, and nothing takes it back.
    if (now.mode === "other") return { reason: undefined };
    if (this.#againAtMs === undefined) {
      const { failure } = this.#run;
      if (!failure && !this.#run.isDone) return undefined;
      if (failure) this.#refusals += 1;
      if (failure && this.#refusals === landRefusalsMax) return { reason: failure.why };
      this.#againAtMs = monotonicMs(atMs + landAgainMs);
    }
    if (atMs < this.#againAtMs) return undefined;
    this.#againAtMs = undefined;
    this.#run = this.#begin();
    this.#run.tick(atMs);
    return undefined;
  }

  #watchRefusal(atMs: MonotonicMs): OrderEnd | undefined {
    const { failure } = this.#run;
    if (!failure) return undefined;
    this.#failed ??= { why: `could not ${failure.task.what}: ${failure.why}`, atMs };
    return atMs - this.#failed.atMs >= reasonsMsMax ? { reason: this.#failed.why } : undefined;
  }
}

import { type AutopilotOrder, risenMMin } from "@pista/flight";
import { assertNever, type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { MavlinkFrame, OutgoingMessage, Parties } from "@pista/mavlink";
import type { Dialect } from "./dialect.ts";
import { velocitySetPoint } from "./local-frame.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { type Task, type TaskFailure, TaskRun, type TaskRunOptions } from "./task-run.ts";
import { arm, disarm } from "./tasks.ts";

/** The autopilot gives its reason in words, a moment after its "no". */
const reasonsMsMax = 300;
/** After a landing was refused or not taken up, it is asked for again this much later. */
const landAgainMs = 250;
/** A landing refused this often is told to the guard, which decides anew; asking goes on. */
const landRefusalsMax = 4;
/** A climb that we fly ourselves. */
const climbMps = 0.5;

/** How the vehicle is now, as far as an order depends on it. */
export type VehicleNow = {
  readonly armed: boolean;
  readonly mode: "guided" | "landing" | "other" | "unknown";
  readonly landed: boolean | undefined;
  readonly heightM: number | undefined;
  /** Whether the guard still wants a take-off: its lease may have ended since. */
  readonly mayTakeOff: boolean;
};

/** Undefined reason: it went as ordered, or is of no use any more. */
export type OrderEnd = { readonly reason: string | undefined };

type Context = {
  readonly parties: Parties;
  readonly send: (message: OutgoingMessage) => void;
  readonly parameters: ParameterNames;
  readonly dialect: Dialect;
  readonly takeOffHeightM: number;
  /** There no failsafe of the vehicle's own may return home. */
  readonly isIndoors: boolean;
  readonly settled: TaskRunOptions["settled"];
  /** The order before this one may have armed the vehicle, and nobody has heard yet whether it did. */
  readonly mayBeArmed: boolean;
};

/** One order on its way: asked for, acknowledged, asked again, or refused with a reason. */
export class RunningOrder {
  readonly order: AutopilotOrder;
  readonly sinceMs: MonotonicMs;
  readonly #context: Context;
  #run: TaskRun;
  #hasBeenGuided = false;
  #hasBeenArmed = false;
  /** The height at which it stood when nothing had asked it to arm yet. */
  #restedM: number | undefined;
  #climbFromM: number | undefined;
  #refusals = 0;
  #againAtMs: MonotonicMs | undefined;
  #failed: { readonly why: string; readonly atMs: MonotonicMs } | undefined;
  #abandoned: OrderEnd | undefined;

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

  /** Arming may take effect before anybody hears of it. */
  get mayHaveArmed(): boolean {
    return this.#abandoned !== undefined || this.#run.hasAsked(arm);
  }

  /** Something that it needs was not done, and the autopilot may have said why. */
  get isRefused(): boolean {
    return this.#failed !== undefined;
  }

  /** Undefined while it goes on. */
  tick(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    if (this.order === "take-off" && !this.mayHaveArmed) this.#restedM = now.heightM;
    // [AU4] Out of GUIDED it is the safety pilot's, and nothing takes it back, a repeat neither.
    if (this.order === "land" && now.armed && now.mode === "other") return { reason: undefined };
    this.#run.tick(atMs);
    if (this.#abandoned) return this.#watchDisarming(now);
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
    const { dialect, takeOffHeightM, parties } = this.#context;
    switch (this.order) {
      case "take-off":
        return this.#runOf([
          ...(this.#context.isIndoors ? dialect.noWayHome : []),
          ...dialect.takeOff(takeOffHeightM, parties.self),
        ]);
      case "land":
        return this.#runOf([dialect.land]);
      case "motors-off":
        return this.#runOf([disarm]);
      default:
        return assertNever(this.order, "An order");
    }
  }

  #runOf(tasks: readonly Task[]): TaskRun {
    const { parties, send, parameters, settled } = this.#context;
    return new TaskRun(tasks, { parties, send, parameters, settled, onRefusal: "end" });
  }

  #watchTakeOff(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    const isOurs = this.#context.dialect.climb === "by-set-points";
    // Its acknowledgement may have been lost, and the repeat refused because it flies already.
    if (!isOurs && (this.#run.isDone || isToldUp(now))) return { reason: undefined };
    // It is asked to arm in our mode alone, which may be over by this tick.
    if (now.mode === "guided" || this.mayHaveArmed) this.#hasBeenGuided = true;
    // [AU4] The safety pilot took it while it was being armed, and keeps it.
    const isTaken = now.mode !== "guided" && this.#hasBeenGuided;
    const modeChanged = "the mode was changed on the vehicle";
    if (!now.mayTakeOff) {
      if (this.#isUp(now)) return { reason: undefined };
      const lost = "the pilot was lost before it was in the air";
      return this.#abandon(now, atMs, isTaken ? modeChanged : lost);
    }
    if (isTaken) return { reason: modeChanged };
    if (isOurs) this.#streamClimb(now, atMs);
    const end = this.#watchRefusal(atMs);
    // The same, where nothing but its height tells that it flies.
    if (end && !isOurs && now.landed === undefined && this.#isUp(now)) return { reason: undefined };
    return end ? this.#abandon(now, atMs, end.reason) : undefined;
  }

  /**
   * [LG10] Where the climb is flown by velocities they are streamed from the order on, at the loop's
   * 50 Hz: at first as the proof of life that the mode asks for, and once everything is acknowledged
   * upward. At the top it waits, until the guard has seen the height and flies on.
   */
  #streamClimb({ heightM }: VehicleNow, atMs: MonotonicMs): void {
    const { parties, send, takeOffHeightM } = this.#context;
    // Outdoors an estimate can sink below the site's zero on the ground, and the guard waits for a
    // height of the site: without the zero it would wait for ever.
    if (this.#run.isDone && heightM !== undefined) this.#climbFromM ??= Math.max(0, heightM);
    const from = this.#climbFromM;
    const isClimbing =
      from !== undefined && heightM !== undefined && heightM < from + takeOffHeightM;
    const velocity = { eastMps: 0, northMps: 0, upMps: isClimbing ? climbMps : 0 };
    const { target } = parties;
    send(velocitySetPoint({ velocity, yawRateDegps: 0 }, { target, timeBootMs: atMs }));
  }

  /**
   * Not every autopilot tells whether it has landed (EXTENDED_SYS_STATE), and some once a second: no
   * motors are stopped on a vehicle that has risen. One that stands all the same is landed by the guard.
   */
  #isUp(now: VehicleNow): boolean {
    const { armed, heightM } = now;
    const from = this.#restedM;
    const hasRisen = from !== undefined && heightM !== undefined && heightM - from > risenMMin;
    return isToldUp(now) || (armed && hasRisen);
  }

  /**
   * A vehicle that was asked to arm for a take-off that does not come is not left with turning motors:
   * what was asked may take effect before it is acknowledged, and PX4's heartbeat tells it a second
   * later still. So the motors are stopped until that is answered, but never in flight.
   */
  #abandon(now: VehicleNow, atMs: MonotonicMs, reason: string | undefined): OrderEnd | undefined {
    return this.mayHaveArmed ? this.#stopMotors(now, atMs, reason) : { reason };
  }

  #stopMotors(
    now: VehicleNow,
    atMs: MonotonicMs,
    reason: string | undefined,
  ): OrderEnd | undefined {
    this.#abandoned = { reason };
    this.#run = this.#runOf([disarm]);
    const end = this.#watchDisarming(now);
    if (!end) this.#run.tick(atMs);
    return end;
  }

  #watchDisarming(now: VehicleNow): OrderEnd | undefined {
    const isOver = this.#run.isDone || this.#run.failure !== undefined;
    // [AU4] The safety pilot's vehicle is the safety pilot's to disarm.
    const isOthers = now.mode === "other" && this.#hasBeenGuided;
    return isOver || isOthers || this.#isUp(now) ? this.#abandoned : undefined;
  }

  /**
   * An acknowledged mode is not yet a mode: only the heartbeat ends a landing, for the
   * acknowledgement of an earlier change of mode looks the same.
   */
  #watchLanding(now: VehicleNow, atMs: MonotonicMs): OrderEnd | undefined {
    if (now.armed) this.#hasBeenArmed = true;
    else if (now.mode !== "unknown") {
      const reason = this.#hasBeenArmed ? undefined : "its motors are off already";
      return this.#context.mayBeArmed ? this.#stopMotors(now, atMs, reason) : { reason };
    }
    if (now.mode === "landing") return { reason: undefined };
    if (this.#againAtMs === undefined) {
      const { failure } = this.#run;
      if (!failure && !this.#run.isDone) return undefined;
      if (failure) this.#refusals += 1;
      if (failure && this.#refusals === landRefusalsMax) return { reason: inWords(failure) };
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
    this.#failed ??= { why: inWords(failure), atMs };
    return atMs - this.#failed.atMs >= reasonsMsMax ? { reason: this.#failed.why } : undefined;
  }
}

const inWords = ({ task, why }: TaskFailure): string => `could not ${task.what}: ${why}`;

const isToldUp = ({ armed, landed }: VehicleNow): boolean => armed && landed === false;

import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  decodeParameter,
  type MavlinkFrame,
  type MavlinkMessage,
  type OutgoingMessage,
  type Parties,
} from "@pista/mavlink";
import type { ParameterNames } from "./parameter-names.ts";
import { type Task, TaskRun, type TaskRunOptions } from "./task-run.ts";

/** After one that was not taken, or not answered. */
const againMs = 3_000;

type Stage =
  | { readonly state: "unset"; readonly atMs: MonotonicMs }
  | { readonly state: "setting"; readonly tasks: readonly Task[]; readonly run: TaskRun }
  | { readonly state: "set"; readonly tasks: readonly Task[] };

type Options = {
  readonly guards: readonly Task[];
  readonly parties: Parties;
  readonly send: (message: OutgoingMessage) => void;
  readonly parameters: ParameterNames;
  readonly settled: TaskRunOptions["settled"];
  /** Whether they are confirmed has changed. */
  readonly changed: (atMs: MonotonicMs) => void;
};

/**
 * [LG10] Sets the autopilot's own time-outs when it is met, not only before our own take-off: a vehicle
 * that was flown up by others may be given to us in the air. Somebody who flies it is not disturbed:
 * only what acts in our mode alone is set then, and the rest once it is ours.
 */
export class FlightGuards {
  readonly #options: Options;
  #stage: Stage;

  constructor(options: Options, atMs: MonotonicMs) {
    this.#options = options;
    this.#stage = { state: "unset", atMs };
  }

  /** All of them set, and read back. */
  get areConfirmed(): boolean {
    return this.#stage.state === "set" && this.#stage.tasks.length === this.#options.guards.length;
  }

  /** It started anew, or is no longer as it was. */
  forget(atMs: MonotonicMs): void {
    this.#enter({ state: "unset", atMs }, atMs);
  }

  hear(frame: MavlinkFrame, atMs: MonotonicMs): void {
    const stage = this.#stage;
    if (stage.state === "setting") stage.run.hear(frame, atMs);
    else if (stage.state === "set" && isUndone(stage.tasks, frame.message)) this.forget(atMs);
  }

  tick(isOthers: boolean, atMs: MonotonicMs): void {
    const { guards } = this.#options;
    const tasks = isOthers ? guards.filter(isUnnoticed) : guards;
    const stage = this.#stage;
    if (stage.state === "unset") {
      if (atMs >= stage.atMs) this.#set(tasks, atMs);
      return;
    }
    // Given to us, it lacks some; taken from us, it is not to be given the rest.
    const isOtherwise = tasks.length !== stage.tasks.length;
    if (stage.state === "set") {
      if (isOtherwise && !isOthers) this.#set(tasks, atMs);
      return;
    }
    if (isOtherwise) {
      this.#set(tasks, atMs);
      return;
    }
    stage.run.tick(atMs);
    if (stage.run.isDone) this.#enter({ state: "set", tasks }, atMs);
    else if (stage.run.failure)
      this.#enter({ state: "unset", atMs: monotonicMs(atMs + againMs) }, atMs);
  }

  #set(tasks: readonly Task[], atMs: MonotonicMs): void {
    const { parties, send, parameters, settled } = this.#options;
    const run = new TaskRun(tasks, { parties, send, parameters, settled, onRefusal: "end" });
    this.#enter({ state: "setting", tasks, run }, atMs);
    run.tick(atMs);
  }

  #enter(stage: Stage, atMs: MonotonicMs): void {
    const were = this.areConfirmed;
    this.#stage = stage;
    if (were !== this.areConfirmed) this.#options.changed(atMs);
  }
}

const isUnnoticed = (task: Task): boolean => task.kind === "parameter" && task.actsInOurModeAlone;

/** Autopilots tell every station what one of them has set. */
const isUndone = (tasks: readonly Task[], message: MavlinkMessage): boolean =>
  message.name === "PARAM_VALUE" &&
  tasks.some(
    (task) =>
      task.kind === "parameter" &&
      task.names.includes(message.paramId) &&
      decodeParameter(message, task.encoding).value !== Math.fround(task.value),
  );

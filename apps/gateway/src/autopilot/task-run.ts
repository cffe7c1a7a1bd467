import { assertNever, type MonotonicMs, monotonicMs, ok, type Result } from "@pista/kernel";
import {
  type Command,
  type CommandExchange,
  type CommandOutcome,
  type ExchangeEvent,
  type MavlinkFrame,
  MavParamError,
  type MavParamType,
  MavResult,
  type OutgoingMessage,
  type ParameterEncoding,
  type ParameterExchange,
  type ParameterFault,
  type ParameterOutcome,
  type Parties,
  startCommand,
  startParameterRead,
  startParameterSet,
  stepCommand,
  stepParameter,
} from "@pista/mavlink";
import type { ParameterNames } from "./parameter-names.ts";

/** One thing asked of the autopilot, with its acknowledgement. */
export type Task =
  | {
      readonly kind: "command";
      readonly what: string;
      readonly command: Command;
      /** Whether to go on without it: an autopilot need not know every command. */
      readonly mayBeRefused?: boolean;
    }
  /** Set, then read back (LG10). */
  | {
      readonly kind: "parameter";
      readonly what: string;
      /** Its name, and those that other versions have for it. */
      readonly names: readonly [string, ...string[]];
      readonly value: number;
      readonly type: MavParamType;
      readonly encoding: ParameterEncoding;
      /** Whether to go on where the autopilot says itself that it has no such parameter. */
      readonly mayBeMissing: boolean;
      /** Whoever flies the vehicle in any other mode does not notice that it is set. */
      readonly actsInOurModeAlone: boolean;
      /**
       * It belongs to a parameter of this name, and is asked for only where that one was taken. Some
       * versions have that one alone, and most of those answer nothing: their silence is no failure.
       */
      readonly belongsTo?: string;
    }
  /** Read; one that has another value than those allowed is set, and read back. */
  | {
      readonly kind: "failsafe";
      readonly what: string;
      readonly names: readonly [string, ...string[]];
      readonly encoding: ParameterEncoding;
      readonly allowed: readonly number[];
      readonly instead: { readonly value: number; readonly does: string };
      readonly mayBeMissing: boolean;
      readonly belongsTo?: string;
    }
  /** Shown by the autopilot itself: its acknowledgement is not yet a mode. */
  | {
      readonly kind: "mode";
      readonly what: string;
      readonly customMode: number;
      readonly msMax: number;
    }
  | { readonly kind: "pause"; readonly what: string; readonly ms: number };

export type TaskFailure = {
  readonly task: Task;
  readonly why: string;
  /** False where nothing came back at all. */
  readonly isAnswered: boolean;
};

type Exchange =
  | { readonly kind: "command"; readonly exchange: CommandExchange }
  | { readonly kind: "parameter"; readonly exchange: ParameterExchange };

type Asking = {
  readonly state: "asking";
  readonly index: number;
  /** Which of a parameter's names. */
  readonly name: number;
  readonly asked: Exchange;
  /** What a failsafe is that is now being set. */
  readonly was?: number | undefined;
};

type Run =
  | { readonly state: "waiting"; readonly index: number }
  | Asking
  /** Whether what was not answered is missing. */
  | { readonly state: "looking-up"; readonly index: number; readonly task: OfParameter }
  | { readonly state: "pausing"; readonly index: number; readonly untilMs: MonotonicMs }
  | {
      readonly state: "watching";
      readonly index: number;
      readonly task: OfMode;
      readonly untilMs: MonotonicMs;
    }
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly failure: TaskFailure };

const noAnswer = "no answer";
const noSuchParameter = "it has no such parameter";
const otherMode = "it shows another mode";

/** A command too many acknowledgements of which get lost is given up. */
const patience = { timeoutMs: 400, attemptsMax: 5 } as const;

export type TaskRunOptions = {
  readonly parties: Parties;
  readonly send: (message: OutgoingMessage) => void;
  /** Where no parameters are asked for, there is nothing to look up. */
  readonly parameters?: ParameterNames;
  /** The first refusal ends it, unless it is told to go on. */
  readonly onRefusal: "end" | "go-on";
  /** Each task as it is settled, with what went wrong, or what a failsafe was that had to be set. */
  readonly settled: (task: Task, failure: TaskFailure | undefined, was?: number) => void;
};

/** Asks for one thing after another. */
export class TaskRun {
  readonly #tasks: readonly Task[];
  readonly #options: TaskRunOptions;
  /** The names by which parameters were taken. */
  readonly #taken = new Set<string>();
  readonly #asked = new Set<Task>();
  #run: Run = { state: "waiting", index: 0 };

  constructor(tasks: readonly Task[], options: TaskRunOptions) {
    this.#tasks = tasks;
    this.#options = options;
  }

  get isDone(): boolean {
    return this.#run.state === "done";
  }

  /** Whether it was sent, answered or not. */
  hasAsked(task: Task): boolean {
    return this.#asked.has(task);
  }

  get failure(): TaskFailure | undefined {
    return this.#run.state === "failed" ? this.#run.failure : undefined;
  }

  hear(frame: MavlinkFrame, atMs: MonotonicMs): void {
    const run = this.#run;
    if (run.state === "watching" && shows(frame, run.task))
      this.#settle(run.index, undefined, atMs);
    else this.#advance({ kind: "frame", frame }, atMs);
  }

  tick(atMs: MonotonicMs): void {
    const run = this.#run;
    if (run.state === "waiting") this.#ask(run.index, atMs);
    else if (run.state === "pausing" && atMs >= run.untilMs)
      this.#settle(run.index, undefined, atMs);
    else if (run.state === "watching" && atMs >= run.untilMs)
      this.#settle(run.index, { task: run.task, why: otherMode, isAnswered: true }, atMs);
    else if (run.state === "looking-up") this.#lookUp(run.index, run.task, atMs);
    else this.#advance({ kind: "tick" }, atMs);
  }

  #ask(index: number, atMs: MonotonicMs, name = 0): void {
    const task = this.#tasks[index];
    if (!task) {
      this.#run = { state: "done" };
      return;
    }
    if (task.kind === "pause") {
      this.#run = { state: "pausing", index, untilMs: monotonicMs(atMs + task.ms) };
      return;
    }
    if (task.kind === "mode") {
      const untilMs = monotonicMs(atMs + task.msMax);
      this.#run = { state: "watching", index, task, untilMs };
      return;
    }
    if (isOfParameter(task) && task.belongsTo && !this.#taken.has(task.belongsTo)) {
      this.#ask(index + 1, atMs);
      return;
    }
    const { parties, send } = this.#options;
    const started = start(task, name, parties, atMs);
    if (!started.ok) {
      this.#settle(index, { task, why: started.fault.kind, isAnswered: false }, atMs);
      return;
    }
    this.#asked.add(task);
    this.#run = { state: "asking", index, name, asked: started.value.asked };
    for (const message of started.value.send) send(message);
  }

  #advance(event: ExchangeEvent, atMs: MonotonicMs): void {
    const run = this.#run;
    if (run.state !== "asking") return;
    const { index, name } = run;
    const { asked, send } = stepExchange(run.asked, event, atMs);
    this.#run = { ...run, asked };
    for (const message of send) this.#options.send(message);
    if (asked.exchange.state !== "ended") return;
    const task = this.#tasks[index];
    const parameter = task && toSet(task, asked);
    if (parameter) {
      this.#setFailsafe(run, parameter, atMs);
      return;
    }
    const why = whyFailed(asked, task);
    if (!task || why === undefined) {
      if (task && isOfParameter(task)) this.#taken.add(task.names[name] ?? "");
      this.#settle(index, undefined, atMs, run.was);
      return;
    }
    const isOtherNamePossible = why === noAnswer || why === noSuchParameter;
    if (isOtherNamePossible && isOfParameter(task) && name + 1 < task.names.length) {
      this.#ask(index, atMs, name + 1);
      return;
    }
    // Where its silence is no failure, a list of them all is too much to ask for.
    if (why === noAnswer && isOfParameter(task) && !task.belongsTo) {
      this.#options.parameters?.ask(atMs);
      this.#lookUp(index, task, atMs);
      return;
    }
    this.#settle(index, { task, why, isAnswered: why !== noAnswer }, atMs);
  }

  #setFailsafe(run: Asking, { task, type, was }: ToSet, atMs: MonotonicMs): void {
    const { parties, send } = this.#options;
    const id = task.names[run.name] ?? task.names[0];
    const { value } = task.instead;
    const started = startParameterSet(
      { ...parties, id, value, type, encoding: task.encoding, patience },
      atMs,
    );
    if (!started.ok) {
      this.#settle(run.index, { task, why: started.fault.kind, isAnswered: true }, atMs);
      return;
    }
    const asked = { kind: "parameter", exchange: started.value.exchange } as const;
    this.#run = { ...run, asked, was };
    for (const message of started.value.send) send(message);
  }

  #lookUp(index: number, task: OfParameter, atMs: MonotonicMs): void {
    const { parameters } = this.#options;
    if (parameters?.isOnItsWay) {
      this.#run = { state: "looking-up", index, task };
      return;
    }
    const isAnswered = parameters?.lacks(task.names) ?? false;
    this.#settle(index, { task, why: isAnswered ? noSuchParameter : noAnswer, isAnswered }, atMs);
  }

  #settle(index: number, failure: TaskFailure | undefined, atMs: MonotonicMs, was?: number): void {
    const task = this.#tasks[index];
    if (task) this.#options.settled(task, failure, was);
    if (failure && !isForgiven(failure) && this.#options.onRefusal === "end") {
      this.#run = { state: "failed", failure };
      return;
    }
    this.#ask(index + 1, atMs);
  }
}

type OfParameter = Extract<Task, { kind: "parameter" | "failsafe" }>;
type OfMode = Extract<Task, { kind: "mode" }>;

/** PX4 keeps its heartbeat at 1 Hz, and tells a new mode before it. */
const shows = ({ message }: MavlinkFrame, { customMode }: OfMode): boolean =>
  (message.name === "HEARTBEAT" || message.name === "CURRENT_MODE") &&
  message.customMode === customMode;

const isOfParameter = (task: Task): task is OfParameter =>
  task.kind === "parameter" || task.kind === "failsafe";

function isForgiven({ task, why }: TaskFailure): boolean {
  if (task.kind === "command") return task.mayBeRefused ?? false;
  if (!isOfParameter(task) || !task.mayBeMissing) return false;
  return why === noSuchParameter || (why === noAnswer && task.belongsTo !== undefined);
}

type Started = { readonly asked: Exchange; readonly send: readonly OutgoingMessage[] };

function start(
  task: Exclude<Task, { kind: "mode" | "pause" }>,
  name: number,
  parties: Parties,
  atMs: MonotonicMs,
): Result<Started, ParameterFault> {
  if (task.kind === "command") {
    const { exchange, send } = startCommand({ ...parties, command: task.command, patience }, atMs);
    return ok({ asked: { kind: "command", exchange }, send });
  }
  const { names, encoding } = task;
  const id = names[name] ?? names[0];
  if (task.kind === "failsafe") {
    const { exchange, send } = startParameterRead({ ...parties, id, encoding, patience }, atMs);
    return ok({ asked: { kind: "parameter", exchange }, send });
  }
  const { value, type } = task;
  const started = startParameterSet({ ...parties, id, value, type, encoding, patience }, atMs);
  if (!started.ok) return started;
  const { exchange, send } = started.value;
  return ok({ asked: { kind: "parameter", exchange }, send });
}

function stepExchange(
  asked: Exchange,
  event: ExchangeEvent,
  atMs: MonotonicMs,
): { asked: Exchange; send: readonly OutgoingMessage[] } {
  if (asked.kind === "command") {
    const { exchange, send } = stepCommand(asked.exchange, event, atMs);
    return { asked: { kind: "command", exchange }, send };
  }
  const { exchange, send } = stepParameter(asked.exchange, event, atMs);
  return { asked: { kind: "parameter", exchange }, send };
}

/** Undefined when it went as asked. */
function whyFailed(asked: Exchange, task: Task | undefined): string | undefined {
  if (asked.exchange.state !== "ended") return undefined;
  if (asked.kind === "command") return whyCommandFailed(asked.exchange.outcome);
  const why = whyParameterFailed(asked.exchange.outcome);
  const isKept = asked.exchange.outcome.kind === "not-taken" && task?.kind === "failsafe";
  return isKept ? `${why}, set it to ${task.instead.value} (${task.instead.does})` : why;
}

type Failsafe = Extract<Task, { kind: "failsafe" }>;
type ToSet = { readonly task: Failsafe; readonly type: number; readonly was: number | undefined };

/** A failsafe that was read, and may not stay as it is. */
function toSet(task: Task, { kind, exchange }: Exchange): ToSet | undefined {
  if (task.kind !== "failsafe" || kind !== "parameter" || exchange.state !== "ended")
    return undefined;
  const { outcome } = exchange;
  if (outcome.kind !== "value") return undefined;
  const { type, value } = outcome.parameter;
  const isAllowed = value !== undefined && task.allowed.includes(value);
  return isAllowed ? undefined : { task, type, was: value };
}

function whyParameterFailed(outcome: ParameterOutcome): string | undefined {
  switch (outcome.kind) {
    case "value":
      return undefined;
    case "not-taken":
      return `it stays at ${outcome.parameter.value}`;
    case "refused":
      return outcome.error === MavParamError.DOES_NOT_EXIST
        ? noSuchParameter
        : `parameter error ${outcome.error}`;
    case "unanswered":
      return noAnswer;
    default:
      return assertNever(outcome, "A parameter's outcome");
  }
}

function whyCommandFailed(outcome: CommandOutcome): string | undefined {
  switch (outcome.kind) {
    case "accepted":
      return undefined;
    case "refused":
      return resultName(outcome.result);
    case "unanswered":
      return noAnswer;
    case "fell-silent":
      return "begun, and then no answer";
    default:
      return assertNever(outcome, "A command's outcome");
  }
}

const resultName = (result: number): string =>
  Object.entries(MavResult)
    .find(([, number]) => number === result)?.[0]
    .toLowerCase() ?? `result ${result}`;

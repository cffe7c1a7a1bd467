import { assertNever, type MonotonicMs } from "@pista/kernel";
import {
  type Command,
  type CommandExchange,
  type CommandOutcome,
  type MavlinkFrame,
  MavParamType,
  MavResult,
  type OutgoingMessage,
  type ParameterExchange,
  type ParameterOutcome,
  type Parties,
  startCommand,
  startParameterSet,
  stepCommand,
  stepParameter,
} from "@pista/mavlink";

/** One thing asked of the autopilot, with its acknowledgement. */
export type Task =
  | { readonly kind: "command"; readonly what: string; readonly command: Command }
  /** Set, then read back (LG10). */
  | {
      readonly kind: "parameter";
      readonly what: string;
      readonly id: string;
      readonly value: number;
    };

export type TaskFailure = {
  readonly task: Task;
  readonly why: string;
  /** False where nothing came back at all. */
  readonly isAnswered: boolean;
};

type Exchange =
  | { readonly kind: "command"; readonly exchange: CommandExchange }
  | { readonly kind: "parameter"; readonly exchange: ParameterExchange };

type Run =
  | { readonly state: "waiting"; readonly index: number }
  | { readonly state: "asking"; readonly index: number; readonly asked: Exchange }
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly failure: TaskFailure };

const noAnswer = "no answer";

/** A command too many acknowledgements of which get lost is given up. */
const patience = { timeoutMs: 400, attemptsMax: 5 } as const;

/** Asks for one thing after another; the first refusal ends it, unless it is told to go on. */
export class TaskRun {
  /** What was refused on the way, where it goes on. */
  readonly passedOver: TaskFailure[] = [];
  readonly #onRefusal: "end" | "go-on";
  readonly #tasks: readonly Task[];
  readonly #parties: Parties;
  readonly #send: (message: OutgoingMessage) => void;
  #run: Run = { state: "waiting", index: 0 };

  constructor(
    tasks: readonly Task[],
    parties: Parties,
    send: (message: OutgoingMessage) => void,
    onRefusal: "end" | "go-on" = "end",
  ) {
    this.#onRefusal = onRefusal;
    this.#tasks = tasks;
    this.#parties = parties;
    this.#send = send;
  }

  get isDone(): boolean {
    return this.#run.state === "done";
  }

  get failure(): TaskFailure | undefined {
    return this.#run.state === "failed" ? this.#run.failure : undefined;
  }

  hear(frame: MavlinkFrame, atMs: MonotonicMs): void {
    this.#advance({ kind: "frame", frame }, atMs);
  }

  tick(atMs: MonotonicMs): void {
    if (this.#run.state === "waiting") this.#ask(this.#run.index, atMs);
    else this.#advance({ kind: "tick" }, atMs);
  }

  #ask(index: number, atMs: MonotonicMs): void {
    const task = this.#tasks[index];
    if (!task) {
      this.#run = { state: "done" };
      return;
    }
    if (task.kind === "command") {
      const request = { ...this.#parties, command: task.command, patience };
      const { exchange, send } = startCommand(request, atMs);
      this.#run = { state: "asking", index, asked: { kind: "command", exchange } };
      for (const message of send) this.#send(message);
      return;
    }
    const { id, value } = task;
    const type = MavParamType.REAL32;
    // ArduPilot casts parameters, and a 32-bit float travels the same either way.
    const request = { ...this.#parties, id, value, type, encoding: "cast", patience } as const;
    const started = startParameterSet(request, atMs);
    if (!started.ok) {
      this.#fail(index, { task, why: started.fault.kind, isAnswered: false }, atMs);
      return;
    }
    const { exchange, send } = started.value;
    this.#run = { state: "asking", index, asked: { kind: "parameter", exchange } };
    for (const message of send) this.#send(message);
  }

  #advance(
    event: { kind: "tick" } | { kind: "frame"; frame: MavlinkFrame },
    atMs: MonotonicMs,
  ): void {
    const run = this.#run;
    if (run.state !== "asking") return;
    const { index } = run;
    const { asked, send } = stepExchange(run.asked, event, atMs);
    this.#run = { state: "asking", index, asked };
    for (const message of send) this.#send(message);
    if (asked.exchange.state !== "ended") return;
    const task = this.#tasks[index];
    const why = whyFailed(asked);
    if (!task || why === undefined) this.#ask(index + 1, atMs);
    else this.#fail(index, { task, why, isAnswered: why !== noAnswer }, atMs);
  }

  #fail(index: number, failure: TaskFailure, atMs: MonotonicMs): void {
    if (this.#onRefusal === "end") {
      this.#run = { state: "failed", failure };
      return;
    }
    this.passedOver.push(failure);
    this.#ask(index + 1, atMs);
  }
}

function stepExchange(
  asked: Exchange,
  event: { kind: "tick" } | { kind: "frame"; frame: MavlinkFrame },
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
function whyFailed(asked: Exchange): string | undefined {
  if (asked.exchange.state !== "ended") return undefined;
  return asked.kind === "command"
    ? whyCommandFailed(asked.exchange.outcome)
    : whyParameterFailed(asked.exchange.outcome);
}

function whyParameterFailed(outcome: ParameterOutcome): string | undefined {
  switch (outcome.kind) {
    case "value":
      return undefined;
    case "not-taken":
      return `it stays at ${outcome.parameter.value}`;
    case "refused":
      return `parameter error ${outcome.error}`;
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

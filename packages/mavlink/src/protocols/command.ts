import { assertNever, type MonotonicMs } from "@pista/kernel";
import { MavResult } from "../constants/command-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import type { CommandAck } from "../messages.generated.ts";
import {
  type ExchangeEvent,
  isFor,
  isFrom,
  later,
  type Parties,
  type Patience,
  type Step,
} from "./exchange.ts";

/** COMMAND_INT carries positions exactly and names their frame; COMMAND_LONG carries seven floats. */
export type Command =
  | {
      readonly kind: "long";
      readonly command: number;
      readonly params: readonly [number, number, number, number, number, number, number];
    }
  | {
      readonly kind: "int";
      readonly command: number;
      readonly frame: number;
      readonly params: readonly [number, number, number, number];
      readonly x: number;
      readonly y: number;
      readonly z: number;
    };

export type CommandRequest = Parties & {
  readonly command: Command;
  readonly patience?: Patience;
  /** How long a command in progress may say nothing. */
  readonly progressTimeoutMs?: number;
};

export type CommandOutcome =
  | { readonly kind: "accepted"; readonly resultParam2: number }
  /** The result says why (MavResult); a value younger than this package is a refusal too. */
  | { readonly kind: "refused"; readonly result: number; readonly resultParam2: number }
  | { readonly kind: "unanswered"; readonly attempts: number }
  /** It was in progress and then nothing more was heard: it may or may not have happened. */
  | { readonly kind: "fell-silent"; readonly percent: number | undefined };

export type CommandExchange =
  | {
      readonly state: "sent";
      readonly request: CommandRequest;
      readonly attempt: number;
      readonly dueAtMs: MonotonicMs;
    }
  | {
      readonly state: "in-progress";
      readonly request: CommandRequest;
      /** How often it was sent before the vehicle began. */
      readonly attempt: number;
      /** Undefined while the vehicle does not tell. */
      readonly percent: number | undefined;
      readonly dueAtMs: MonotonicMs;
    }
  | {
      readonly state: "ended";
      readonly request: CommandRequest;
      readonly outcome: CommandOutcome;
    };

type CommandStep = Step<CommandExchange>;

const usualPatience: Patience = { timeoutMs: 500, attemptsMax: 5 };
const usualProgressTimeoutMs = 5_000;
const percentUnknown = 255;

/** The confirmation counter tells a repeat from a new command (Command Protocol, "Sequences"). */
function commandMessage({ target, command }: CommandRequest, attempt: number): OutgoingMessage {
  const targets = { targetSystem: target.systemId, targetComponent: target.componentId };
  const [param1, param2, param3, param4] = command.params;
  switch (command.kind) {
    case "long": {
      const [, , , , param5, param6, param7] = command.params;
      const params = { param1, param2, param3, param4, param5, param6, param7 };
      const confirmation = Math.min(attempt - 1, 255);
      return {
        name: "COMMAND_LONG",
        ...targets,
        command: command.command,
        confirmation,
        ...params,
      };
    }
    case "int": {
      const { frame, x, y, z } = command;
      const params = { param1, param2, param3, param4, x, y, z };
      const unused = { current: 0, autocontinue: 0 };
      return {
        name: "COMMAND_INT",
        ...targets,
        command: command.command,
        frame,
        ...unused,
        ...params,
      };
    }
    default:
      return assertNever(command, "The command");
  }
}

function sendAttempt(request: CommandRequest, attempt: number, nowMs: MonotonicMs): CommandStep {
  const { timeoutMs } = request.patience ?? usualPatience;
  return {
    exchange: { state: "sent", request, attempt, dueAtMs: later(nowMs, timeoutMs) },
    send: [commandMessage(request, attempt)],
  };
}

const end = (request: CommandRequest, outcome: CommandOutcome): CommandStep => ({
  exchange: { state: "ended", request, outcome },
  send: [],
});

/**
 * Sends a command. An acknowledgement names the command and no more, so whoever has two of the same
 * command under way at one target cannot tell their answers apart: send the second after the first.
 */
export const startCommand = (request: CommandRequest, nowMs: MonotonicMs): CommandStep =>
  sendAttempt(request, 1, nowMs);

function answer(
  exchange: Exclude<CommandExchange, { state: "ended" }>,
  ack: CommandAck,
  nowMs: MonotonicMs,
): CommandStep {
  const { request, attempt } = exchange;
  const { result, resultParam2 } = ack;
  // A vehicle that is busy with the command refuses its repeat, and goes on ("Long Running Commands").
  const isOfRepeat = exchange.state === "in-progress" && attempt > 1;
  if (isOfRepeat && result === MavResult.TEMPORARILY_REJECTED) return { exchange, send: [] };
  if (result === MavResult.ACCEPTED) return end(request, { kind: "accepted", resultParam2 });
  if (result !== MavResult.IN_PROGRESS) {
    return end(request, { kind: "refused", result, resultParam2 });
  }
  const percent = ack.progress === percentUnknown ? undefined : ack.progress;
  const dueAtMs = later(nowMs, request.progressTimeoutMs ?? usualProgressTimeoutMs);
  return { exchange: { state: "in-progress", request, attempt, percent, dueAtMs }, send: [] };
}

function onTick(exchange: CommandExchange, nowMs: MonotonicMs): CommandStep {
  const unchanged = { exchange, send: [] };
  switch (exchange.state) {
    case "ended":
      return unchanged;
    case "in-progress": {
      if (nowMs < exchange.dueAtMs) return unchanged;
      // Repeating a command that has begun might begin it again.
      return end(exchange.request, { kind: "fell-silent", percent: exchange.percent });
    }
    case "sent": {
      const { request, attempt } = exchange;
      if (nowMs < exchange.dueAtMs) return unchanged;
      const { attemptsMax } = request.patience ?? usualPatience;
      if (attempt < attemptsMax) return sendAttempt(request, attempt + 1, nowMs);
      return end(request, { kind: "unanswered", attempts: attempt });
    }
    default:
      return assertNever(exchange, "The command exchange");
  }
}

/** Moves a command on. Tick it at `dueAtMs` or later. */
export function stepCommand(
  exchange: CommandExchange,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): CommandStep {
  if (event.kind === "tick") return onTick(exchange, nowMs);
  const { frame } = event;
  const { message } = frame;
  if (exchange.state === "ended" || message.name !== "COMMAND_ACK") return { exchange, send: [] };
  const { target, self, command } = exchange.request;
  const isOurs =
    message.command === command.command && isFrom(frame, target) && isFor(message, self);
  return isOurs ? answer(exchange, message, nowMs) : { exchange, send: [] };
}

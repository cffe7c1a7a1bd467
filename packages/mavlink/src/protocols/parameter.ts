import { assertNever, type MonotonicMs, ok, type Result } from "@pista/kernel";
import type { MavlinkFrame } from "../frame-reader.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import {
  type ExchangeEvent,
  isFor,
  isFrom,
  later,
  type Parties,
  type Patience,
  type Step,
} from "./exchange.ts";
import {
  decodeParameter,
  encodeParameter,
  type Parameter,
  type ParameterEncoding,
  type ParameterFault,
  type ParameterOnWire,
} from "./parameter-value.ts";

export type ParameterRequest = Parties & {
  readonly id: string;
  readonly encoding: ParameterEncoding;
  readonly patience?: Patience;
};

export type ParameterSetRequest = ParameterRequest & {
  /** MavParamType, as the vehicle has it. */
  readonly type: number;
  readonly value: number;
};

export type ParameterOutcome =
  /** What was read; after a set, what was read back and is what was asked for. */
  | { readonly kind: "value"; readonly parameter: Parameter }
  /** Set as often as patience allows, and read back it was still another value. */
  | { readonly kind: "not-taken"; readonly parameter: Parameter }
  /** PARAM_ERROR; the error is a MavParamError. */
  | { readonly kind: "refused"; readonly error: number }
  | { readonly kind: "unanswered"; readonly attempts: number };

/** A set value: as it was asked for, and as it travels. */
type Wanted = { readonly type: number; readonly wire: ParameterOnWire };

type Waiting = {
  readonly request: ParameterRequest;
  readonly attempt: number;
  readonly dueAtMs: MonotonicMs;
};

export type ParameterExchange =
  | (Waiting & { readonly state: "reading" })
  | (Waiting & { readonly state: "setting"; readonly wanted: Wanted })
  | (Waiting & {
      readonly state: "reading-back";
      readonly wanted: Wanted;
      /** How often it was set before this reading. */
      readonly setAttempts: number;
    })
  | {
      readonly state: "ended";
      readonly request: ParameterRequest;
      readonly outcome: ParameterOutcome;
    };

type ParameterStep = Step<ParameterExchange>;

const usualPatience: Patience = { timeoutMs: 500, attemptsMax: 5 };

/** Index -1 means: by name (PARAM_REQUEST_READ). */
const byName = -1;

const patienceOf = (request: ParameterRequest): Patience => request.patience ?? usualPatience;

function readMessage({ target, id }: ParameterRequest): OutgoingMessage {
  const { systemId: targetSystem, componentId: targetComponent } = target;
  const name = "PARAM_REQUEST_READ";
  return { name, targetSystem, targetComponent, paramId: id, paramIndex: byName };
}

function setMessage({ target, id }: ParameterRequest, { type, wire }: Wanted): OutgoingMessage {
  const { systemId: targetSystem, componentId: targetComponent } = target;
  const name = "PARAM_SET";
  return { name, targetSystem, targetComponent, paramId: id, paramType: type, ...wire };
}

function waiting(request: ParameterRequest, attempt: number, nowMs: MonotonicMs): Waiting {
  return { request, attempt, dueAtMs: later(nowMs, patienceOf(request).timeoutMs) };
}

const read = (request: ParameterRequest, attempt: number, nowMs: MonotonicMs): ParameterStep => ({
  exchange: { state: "reading", ...waiting(request, attempt, nowMs) },
  send: [readMessage(request)],
});

function set(
  request: ParameterRequest,
  wanted: Wanted,
  attempt: number,
  nowMs: MonotonicMs,
): ParameterStep {
  return {
    exchange: { state: "setting", wanted, ...waiting(request, attempt, nowMs) },
    send: [setMessage(request, wanted)],
  };
}

function readBack(
  request: ParameterRequest,
  { wanted, setAttempts }: { wanted: Wanted; setAttempts: number },
  attempt: number,
  nowMs: MonotonicMs,
): ParameterStep {
  const exchange = waiting(request, attempt, nowMs);
  return {
    exchange: { state: "reading-back", wanted, setAttempts, ...exchange },
    send: [readMessage(request)],
  };
}

const end = (request: ParameterRequest, outcome: ParameterOutcome): ParameterStep => ({
  exchange: { state: "ended", request, outcome },
  send: [],
});

/** Reads one parameter by its name. */
export const startParameterRead = (request: ParameterRequest, nowMs: MonotonicMs): ParameterStep =>
  read(request, 1, nowMs);

/**
 * Sets one parameter and then asks for it, because the answer to a set is a broadcast that might as
 * well belong to someone else's request.
 */
export function startParameterSet(
  request: ParameterSetRequest,
  nowMs: MonotonicMs,
): Result<ParameterStep, ParameterFault> {
  const { type, value, ...rest } = request;
  const wire = encodeParameter({ type, value }, request.encoding);
  return wire.ok ? ok(set(rest, { type, wire: wire.value }, 1, nowMs)) : wire;
}

function isWanted(parameter: Parameter, wanted: Wanted, encoding: ParameterEncoding): boolean {
  const { type, wire } = wanted;
  const asked = decodeParameter({ paramId: parameter.id, paramType: type, ...wire }, encoding);
  return Object.is(parameter.value, asked.value) || parameter.value === asked.value;
}

function onValue(
  exchange: ParameterExchange,
  parameter: Parameter,
  nowMs: MonotonicMs,
): ParameterStep {
  const { request } = exchange;
  switch (exchange.state) {
    case "ended":
      return { exchange, send: [] };
    case "reading":
      return end(request, { kind: "value", parameter });
    case "setting": {
      const { wanted, attempt: setAttempts } = exchange;
      return readBack(request, { wanted, setAttempts }, 1, nowMs);
    }
    case "reading-back": {
      const { wanted, setAttempts } = exchange;
      if (isWanted(parameter, wanted, request.encoding)) {
        return end(request, { kind: "value", parameter });
      }
      // The set may have been lost, and what came a broadcast of the old value.
      if (setAttempts < patienceOf(request).attemptsMax) {
        return set(request, wanted, setAttempts + 1, nowMs);
      }
      return end(request, { kind: "not-taken", parameter });
    }
    default:
      return assertNever(exchange, "The parameter exchange");
  }
}

function onFrame(
  exchange: ParameterExchange,
  frame: MavlinkFrame,
  nowMs: MonotonicMs,
): ParameterStep {
  const { request } = exchange;
  const { message } = frame;
  const unchanged = { exchange, send: [] };
  if (exchange.state === "ended" || !isFrom(frame, request.target)) return unchanged;
  if (message.name === "PARAM_VALUE" && message.paramId === request.id) {
    return onValue(exchange, decodeParameter(message, request.encoding), nowMs);
  }
  const isRefusal =
    message.name === "PARAM_ERROR" &&
    message.paramId === request.id &&
    isFor(message, request.self);
  return isRefusal ? end(request, { kind: "refused", error: message.error }) : unchanged;
}

function onTick(exchange: ParameterExchange, nowMs: MonotonicMs): ParameterStep {
  if (exchange.state === "ended" || nowMs < exchange.dueAtMs) return { exchange, send: [] };
  const { request, attempt } = exchange;
  if (attempt >= patienceOf(request).attemptsMax) {
    return end(request, { kind: "unanswered", attempts: attempt });
  }
  switch (exchange.state) {
    case "reading":
      return read(request, attempt + 1, nowMs);
    case "setting":
      return set(request, exchange.wanted, attempt + 1, nowMs);
    case "reading-back":
      return readBack(request, exchange, attempt + 1, nowMs);
    default:
      return assertNever(exchange, "The parameter exchange");
  }
}

/** Moves a read or a set on. Tick it at `dueAtMs` or later. */
export const stepParameter = (
  exchange: ParameterExchange,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): ParameterStep =>
  event.kind === "tick" ? onTick(exchange, nowMs) : onFrame(exchange, event.frame, nowMs);

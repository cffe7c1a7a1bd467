import type { MonotonicMs } from "@pista/kernel";
import type { OutgoingMessage } from "../frame-writer.ts";
import type { ParamValue } from "../messages.generated.ts";
import {
  type ExchangeEvent,
  isFrom,
  later,
  type Parties,
  type Patience,
  type Step,
} from "./exchange.ts";
import { decodeParameter, type Parameter, type ParameterEncoding } from "./parameter-value.ts";

export type ParameterDownloadRequest = Parties & {
  readonly encoding: ParameterEncoding;
  /** `timeoutMs` of silence starts the next attempt; `attemptsMax` in a row without news end it. */
  readonly patience?: Patience;
};

export type ParameterDownloadOutcome =
  | { readonly kind: "complete"; readonly parameters: readonly Parameter[] }
  | {
      readonly kind: "incomplete";
      readonly parameters: readonly Parameter[];
      readonly missingIndices: readonly number[];
    }
  | { readonly kind: "unanswered"; readonly attempts: number }
  /** The vehicle announces more than `parametersMax`. */
  | { readonly kind: "too-many"; readonly count: number }
  /** The number of parameters changed again and again, and with it the meaning of every index. */
  | { readonly kind: "unstable" };

export type ParameterDownload =
  | {
      readonly state: "receiving";
      readonly request: ParameterDownloadRequest;
      /** By index; empty until the first value tells how many there are. */
      readonly slots: readonly (Parameter | undefined)[];
      readonly received: number;
      /** Indices asked for one by one, not yet come. */
      readonly asked: readonly number[];
      readonly attempt: number;
      readonly restarts: number;
      readonly dueAtMs: MonotonicMs;
    }
  | {
      readonly state: "ended";
      readonly request: ParameterDownloadRequest;
      readonly outcome: ParameterDownloadOutcome;
    };

type Receiving = Extract<ParameterDownload, { state: "receiving" }>;
type DownloadStep = Step<ParameterDownload>;

const usualPatience: Patience = { timeoutMs: 1_000, attemptsMax: 5 };
/** Ten times what autopilots have; beyond it something else is speaking. */
export const parametersMax = 10_000;
/** Few enough that a slow radio is not flooded by the answers. */
const gapsAtOnce = 10;
const restartsMax = 3;

const timeoutOf = ({ patience = usualPatience }: ParameterDownloadRequest): number =>
  patience.timeoutMs;

const targetsOf = ({ target }: ParameterDownloadRequest) => ({
  targetSystem: target.systemId,
  targetComponent: target.componentId,
});

function listAll(
  request: ParameterDownloadRequest,
  { attempt, restarts }: { attempt: number; restarts: number },
  nowMs: MonotonicMs,
): DownloadStep {
  const dueAtMs = later(nowMs, timeoutOf(request));
  const nothing = { slots: [], received: 0, asked: [] };
  return {
    exchange: { state: "receiving", request, ...nothing, attempt, restarts, dueAtMs },
    send: [{ name: "PARAM_REQUEST_LIST", ...targetsOf(request) }],
  };
}

/** Downloads all parameters of one component: a target of 0 would mix several lists. */
export const startParameterDownload = (
  request: ParameterDownloadRequest,
  nowMs: MonotonicMs,
): DownloadStep => listAll(request, { attempt: 1, restarts: 0 }, nowMs);

const end = (
  request: ParameterDownloadRequest,
  outcome: ParameterDownloadOutcome,
): DownloadStep => ({
  exchange: { state: "ended", request, outcome },
  send: [],
});

const isPresent = (slot: Parameter | undefined): slot is Parameter => slot !== undefined;

function missingOf(slots: readonly (Parameter | undefined)[], atMost: number): number[] {
  const missing: number[] = [];
  for (let index = 0; index < slots.length && missing.length < atMost; index++) {
    if (slots[index] === undefined) missing.push(index);
  }
  return missing;
}

function askForGaps(download: Receiving, attempt: number, nowMs: MonotonicMs): DownloadStep {
  const { request, slots } = download;
  const asked = missingOf(slots, gapsAtOnce);
  const dueAtMs = later(nowMs, timeoutOf(request));
  const send = asked.map(
    (paramIndex): OutgoingMessage => ({
      name: "PARAM_REQUEST_READ",
      ...targetsOf(request),
      paramId: "",
      paramIndex,
    }),
  );
  return { exchange: { ...download, asked, attempt, dueAtMs }, send };
}

/** The first value tells how many there are; another number later means that they were renumbered. */
function sized(download: Receiving, count: number): Receiving {
  if (download.slots.length > 0) return download;
  return { ...download, slots: new Array<Parameter | undefined>(count).fill(undefined) };
}

function onValue(before: Receiving, message: ParamValue, nowMs: MonotonicMs): DownloadStep {
  const { request, restarts } = before;
  const { paramCount: count, paramIndex: index } = message;
  if (count > parametersMax) return end(request, { kind: "too-many", count });
  // Answers to reads and sets by name carry the index 65535 on ArduPilot, and no count to trust.
  if (index >= count) return { exchange: before, send: [] };
  const download = sized(before, count);
  if (download.slots.length !== count) {
    if (restarts >= restartsMax) return end(request, { kind: "unstable" });
    return listAll(request, { attempt: 1, restarts: restarts + 1 }, nowMs);
  }
  const isNew = download.slots[index] === undefined;
  const slots = download.slots.with(index, decodeParameter(message, request.encoding));
  const received = download.received + (isNew ? 1 : 0);
  if (received === count) {
    return end(request, { kind: "complete", parameters: slots.filter(isPresent) });
  }
  const asked = download.asked.filter((each) => each !== index);
  const attempt = isNew ? 1 : download.attempt;
  const dueAtMs = isNew ? later(nowMs, timeoutOf(request)) : download.dueAtMs;
  const exchange = { ...download, slots, received, asked, attempt, dueAtMs };
  const isGapFilled = download.asked.length > 0 && asked.length === 0;
  return isGapFilled ? askForGaps(exchange, attempt, nowMs) : { exchange, send: [] };
}

function onTick(download: Receiving, nowMs: MonotonicMs): DownloadStep {
  const { request, slots, attempt, restarts } = download;
  if (nowMs < download.dueAtMs) return { exchange: download, send: [] };
  const { attemptsMax } = request.patience ?? usualPatience;
  const isOver = attempt >= attemptsMax;
  if (slots.length === 0) {
    if (isOver) return end(request, { kind: "unanswered", attempts: attempt });
    return listAll(request, { attempt: attempt + 1, restarts }, nowMs);
  }
  if (!isOver) return askForGaps(download, attempt + 1, nowMs);
  const missingIndices = missingOf(slots, slots.length);
  return end(request, { kind: "incomplete", parameters: slots.filter(isPresent), missingIndices });
}

/** Moves a download on. Tick it at `dueAtMs` or later. */
export function stepParameterDownload(
  download: ParameterDownload,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): DownloadStep {
  const unchanged = { exchange: download, send: [] };
  if (download.state === "ended") return unchanged;
  if (event.kind === "tick") return onTick(download, nowMs);
  const { message } = event.frame;
  if (message.name !== "PARAM_VALUE" || !isFrom(event.frame, download.request.target)) {
    return unchanged;
  }
  return onValue(download, message, nowMs);
}

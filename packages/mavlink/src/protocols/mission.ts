import { assert, type MonotonicMs } from "@pista/kernel";
import { MavMissionResult } from "../constants/protocol-constants.ts";
import type { MavlinkFrame } from "../frame-reader.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import type { MavlinkMessage, MissionAck, MissionItemInt } from "../messages.generated.ts";
import {
  type ExchangeEvent,
  isFor,
  isFrom,
  later,
  type Parties,
  type Patience,
  type Step,
} from "./exchange.ts";

/** One item of a mission, a fence or a rally list; its place in the list is its sequence number. */
export type MissionItem = Omit<
  MissionItemInt,
  "name" | "targetSystem" | "targetComponent" | "seq" | "missionType"
>;

export type MissionPatience = Patience & {
  /** How long a single item may take that we asked for; as long as any answer unless given. */
  readonly itemTimeoutMs?: number;
};

export type MissionRequest = Parties & {
  /** MavMissionType: the three lists are stored apart. */
  readonly missionType: number;
  readonly patience?: MissionPatience;
};

export type MissionFault =
  /** MISSION_ACK with anything but ACCEPTED; the result is a MavMissionResult. */
  | { readonly kind: "refused"; readonly result: number }
  /** How often the message was sent that nobody answered; an upload's last item may have arrived. */
  | { readonly kind: "unanswered"; readonly attempts: number }
  /** The other side goes on asking without ever coming to an end. */
  | { readonly kind: "endless" };

export type UploadOutcome = { readonly kind: "accepted"; readonly opaqueId: number } | MissionFault;

/** An upload, or a clearing, which is an upload of nothing with a message of its own. */
export type MissionUpload =
  | {
      readonly state: "sending";
      readonly request: MissionRequest;
      readonly items: readonly MissionItem[];
      /** Sent again until the vehicle answers it. */
      readonly announcement: OutgoingMessage;
      readonly attempt: number;
      readonly dueAtMs: MonotonicMs;
      readonly requestsAnswered: number;
      readonly isLastAsked: boolean;
    }
  | {
      readonly state: "ended";
      readonly request: MissionRequest;
      readonly outcome: UploadOutcome;
    };

type Sending = Extract<MissionUpload, { state: "sending" }>;
type UploadStep = Step<MissionUpload>;

/** 1500 ms, 250 ms for items, and five retries after the first try (Mission Protocol, "Timeouts and Retries"). */
export const missionPatience: MissionPatience = {
  timeoutMs: 1_500,
  itemTimeoutMs: 250,
  attemptsMax: 6,
};

/** MISSION_COUNT counts to 65535; autopilots hold a few thousand at most. */
export const missionItemsMax = 10_000;

/** Each item may be asked for this often before the upload counts as endless. */
const requestsPerItemMax = 10;

export const missionTargets = ({ target }: MissionRequest) => ({
  targetSystem: target.systemId,
  targetComponent: target.componentId,
});

export const missionPatienceOf = ({ patience }: MissionRequest): MissionPatience =>
  patience ?? missionPatience;

/** Narrows a frame to a message of this transfer: from the target, for us, and of its type. */
export function missionMessageOf(
  frame: MavlinkFrame,
  request: MissionRequest,
): Extract<MavlinkMessage, { missionType: number; targetSystem: number }> | undefined {
  const { message } = frame;
  const isOurs =
    "missionType" in message &&
    message.missionType === request.missionType &&
    isFrom(frame, request.target) &&
    isFor(message, request.self);
  return isOurs ? message : undefined;
}

const end = (request: MissionRequest, outcome: UploadOutcome): UploadStep => ({
  exchange: { state: "ended", request, outcome },
  send: [],
});

function start(
  request: MissionRequest,
  items: readonly MissionItem[],
  announcement: OutgoingMessage,
  nowMs: MonotonicMs,
): UploadStep {
  const dueAtMs = later(nowMs, missionPatienceOf(request).timeoutMs);
  const progress = { requestsAnswered: 0, isLastAsked: items.length === 0 };
  return {
    exchange: { state: "sending", request, items, announcement, attempt: 1, dueAtMs, ...progress },
    send: [announcement],
  };
}

/** Replaces the vehicle's list. It keeps the old one until it has accepted the whole new one. */
export function startMissionUpload(
  request: MissionRequest,
  items: readonly MissionItem[],
  nowMs: MonotonicMs,
): UploadStep {
  const { missionType } = request;
  const count = items.length;
  assert(count <= missionItemsMax, `A mission has at most ${missionItemsMax} items.`);
  const targets = missionTargets(request);
  return start(request, items, { name: "MISSION_COUNT", ...targets, count, missionType }, nowMs);
}

/** Empties the vehicle's list. */
export function startMissionClear(request: MissionRequest, nowMs: MonotonicMs): UploadStep {
  const { missionType } = request;
  const targets = missionTargets(request);
  return start(request, [], { name: "MISSION_CLEAR_ALL", ...targets, missionType }, nowMs);
}

function onRequest(upload: Sending, seq: number, nowMs: MonotonicMs): UploadStep {
  const { request, items } = upload;
  const item = items[seq];
  if (item === undefined) return { exchange: upload, send: [] };
  const requestsAnswered = upload.requestsAnswered + 1;
  if (requestsAnswered > items.length * requestsPerItemMax) {
    return end(request, { kind: "endless" });
  }
  const answer: OutgoingMessage = {
    ...item,
    name: "MISSION_ITEM_INT",
    ...missionTargets(request),
    seq,
    missionType: request.missionType,
  };
  const isLastAsked = upload.isLastAsked || seq === items.length - 1;
  const { timeoutMs, attemptsMax } = missionPatienceOf(request);
  const dueAtMs = later(nowMs, timeoutMs * attemptsMax);
  return {
    exchange: { ...upload, dueAtMs, requestsAnswered, isLastAsked },
    send: [answer],
  };
}

function onAck(upload: Sending, { type, opaqueId }: MissionAck): UploadStep {
  // "Out-of-sequence messages ... are recoverable" (Mission Protocol, "Errors/Completion"): ArduPilot says
  // so of an item that came twice, and goes on asking.
  const isRecoverable = type === MavMissionResult.INVALID_SEQUENCE && upload.items.length > 0;
  if (isRecoverable) return { exchange: upload, send: [] };
  if (type !== MavMissionResult.ACCEPTED) {
    return end(upload.request, { kind: "refused", result: type });
  }
  // Accepted before the last item was asked for: a late word about some earlier transfer.
  if (!upload.isLastAsked) return { exchange: upload, send: [] };
  return end(upload.request, { kind: "accepted", opaqueId });
}

function onTick(upload: Sending, nowMs: MonotonicMs): UploadStep {
  const { request, announcement, attempt } = upload;
  if (nowMs < upload.dueAtMs) return { exchange: upload, send: [] };
  // Once it asks for items, repeating is the vehicle's part: an item is never sent unasked.
  if (upload.requestsAnswered > 0) return end(request, { kind: "unanswered", attempts: 1 });
  const { timeoutMs, attemptsMax } = missionPatienceOf(request);
  if (attempt >= attemptsMax) return end(request, { kind: "unanswered", attempts: attempt });
  const dueAtMs = later(nowMs, timeoutMs);
  return { exchange: { ...upload, attempt: attempt + 1, dueAtMs }, send: [announcement] };
}

/** Moves an upload or a clearing on. Tick it at `dueAtMs` or later. */
export function stepMissionUpload(
  upload: MissionUpload,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): UploadStep {
  const unchanged = { exchange: upload, send: [] };
  if (upload.state === "ended") return unchanged;
  if (event.kind === "tick") return onTick(upload, nowMs);
  const message = missionMessageOf(event.frame, upload.request);
  switch (message?.name) {
    // MISSION_REQUEST is answered like MISSION_REQUEST_INT (Mission Protocol, "Deprecated Types").
    case "MISSION_REQUEST":
    case "MISSION_REQUEST_INT":
      return onRequest(upload, message.seq, nowMs);
    case "MISSION_ACK":
      return onAck(upload, message);
    default:
      return unchanged;
  }
}

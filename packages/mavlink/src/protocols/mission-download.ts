import type { MonotonicMs } from "@pista/kernel";
import { MavMissionResult } from "../constants/protocol-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import type { MissionCount, MissionItemInt } from "../messages.generated.ts";
import { type ExchangeEvent, later, type Step } from "./exchange.ts";
import {
  type MissionFault,
  type MissionItem,
  type MissionRequest,
  missionItemsMax,
  missionMessageOf,
  missionPatienceOf,
  missionTargets,
} from "./mission.ts";

export type MissionDownloadOutcome =
  | {
      readonly kind: "complete";
      readonly items: readonly MissionItem[];
      /** The vehicle's name for this very list; 0 when it gives none. */
      readonly opaqueId: number;
    }
  | { readonly kind: "too-many"; readonly count: number }
  | Exclude<MissionFault, { kind: "endless" }>;

type Waiting = {
  readonly request: MissionRequest;
  /** Sent again when no answer comes. */
  readonly pending: OutgoingMessage;
  readonly attempt: number;
  readonly dueAtMs: MonotonicMs;
};

export type MissionDownload =
  | (Waiting & { readonly state: "counting" })
  | (Waiting & {
      readonly state: "receiving";
      readonly count: number;
      readonly opaqueId: number;
      readonly items: readonly MissionItem[];
    })
  | {
      readonly state: "ended";
      readonly request: MissionRequest;
      readonly outcome: MissionDownloadOutcome;
    };

type Receiving = Extract<MissionDownload, { state: "receiving" }>;
type DownloadStep = Step<MissionDownload>;

function end(
  request: MissionRequest,
  outcome: MissionDownloadOutcome,
  send: readonly OutgoingMessage[] = [],
): DownloadStep {
  return { exchange: { state: "ended", request, outcome }, send };
}

/**
 * An item is asked for again soon, for a short message is quickly lost and quickly repeated; but the last
 * repeat waits as long as any answer may take, so that a slow link is not taken for a dead one.
 */
function waiting(
  request: MissionRequest,
  pending: OutgoingMessage,
  attempt: number,
  nowMs: MonotonicMs,
): Waiting {
  const { timeoutMs, itemTimeoutMs = timeoutMs, attemptsMax } = missionPatienceOf(request);
  const isSoon = pending.name === "MISSION_REQUEST_INT" && attempt < attemptsMax;
  return { request, pending, attempt, dueAtMs: later(nowMs, isSoon ? itemTimeoutMs : timeoutMs) };
}

/** Reads the vehicle's list, one item after the other. */
export function startMissionDownload(request: MissionRequest, nowMs: MonotonicMs): DownloadStep {
  const { missionType } = request;
  const name = "MISSION_REQUEST_LIST";
  const pending: OutgoingMessage = { name, ...missionTargets(request), missionType };
  return {
    exchange: { state: "counting", ...waiting(request, pending, 1, nowMs) },
    send: [pending],
  };
}

const acknowledgement = (request: MissionRequest, type: number): OutgoingMessage => ({
  name: "MISSION_ACK",
  ...missionTargets(request),
  type,
  missionType: request.missionType,
});

type Progress = Pick<Receiving, "count" | "opaqueId" | "items">;

/** Asks for the next item, or says that all have come. */
function proceed(request: MissionRequest, progress: Progress, nowMs: MonotonicMs): DownloadStep {
  const { count, opaqueId, items } = progress;
  if (items.length === count) {
    const thanks = acknowledgement(request, MavMissionResult.ACCEPTED);
    return end(request, { kind: "complete", items, opaqueId }, [thanks]);
  }
  const pending: OutgoingMessage = {
    name: "MISSION_REQUEST_INT",
    ...missionTargets(request),
    seq: items.length,
    missionType: request.missionType,
  };
  return {
    exchange: { state: "receiving", ...waiting(request, pending, 1, nowMs), ...progress },
    send: [pending],
  };
}

function onCount(
  request: MissionRequest,
  { count, opaqueId }: MissionCount,
  nowMs: MonotonicMs,
): DownloadStep {
  if (count <= missionItemsMax) return proceed(request, { count, opaqueId, items: [] }, nowMs);
  const cancel = acknowledgement(request, MavMissionResult.NO_SPACE);
  return end(request, { kind: "too-many", count }, [cancel]);
}

function itemOf(message: MissionItemInt): MissionItem {
  const { frame, command, current, autocontinue } = message;
  const { param1, param2, param3, param4, x, y, z } = message;
  return { frame, command, current, autocontinue, param1, param2, param3, param4, x, y, z };
}

function onItem(download: Receiving, message: MissionItemInt, nowMs: MonotonicMs): DownloadStep {
  // Out of sequence: dropped; the one awaited is asked for again when its time is over.
  if (message.seq !== download.items.length) return { exchange: download, send: [] };
  const { request, count, opaqueId, items } = download;
  return proceed(request, { count, opaqueId, items: [...items, itemOf(message)] }, nowMs);
}

function onTick(download: Extract<MissionDownload, Waiting>, nowMs: MonotonicMs): DownloadStep {
  const { request, pending, attempt } = download;
  if (nowMs < download.dueAtMs) return { exchange: download, send: [] };
  if (attempt >= missionPatienceOf(request).attemptsMax) {
    return end(request, { kind: "unanswered", attempts: attempt });
  }
  const next = waiting(request, pending, attempt + 1, nowMs);
  return { exchange: { ...download, ...next }, send: [pending] };
}

/** Moves a download on. Tick it at `dueAtMs` or later. */
export function stepMissionDownload(
  download: MissionDownload,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): DownloadStep {
  const unchanged = { exchange: download, send: [] };
  if (download.state === "ended") return unchanged;
  if (event.kind === "tick") return onTick(download, nowMs);
  const { request } = download;
  const message = missionMessageOf(event.frame, request);
  switch (message?.name) {
    case "MISSION_COUNT":
      return download.state === "counting" ? onCount(request, message, nowMs) : unchanged;
    case "MISSION_ITEM_INT":
      return download.state === "receiving" ? onItem(download, message, nowMs) : unchanged;
    case "MISSION_ACK":
      // The vehicle acknowledges a download only to refuse it or to call it off.
      if (message.type === MavMissionResult.ACCEPTED) return unchanged;
      return end(request, { kind: "refused", result: message.type });
    default:
      return unchanged;
  }
}

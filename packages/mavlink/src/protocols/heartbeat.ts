import { assertNever, type MonotonicMs } from "@pista/kernel";
import { MavModeFlag } from "../constants/control-constants.ts";
import { MavAutopilot, MavState, MavType } from "../constants/vehicle-constants.ts";
import type { MavlinkFrame } from "../frame-reader.ts";
import type { Heartbeat } from "../messages.generated.ts";
import { type Address, type ExchangeEvent, nextDeadline, type Step } from "./exchange.ts";

/** What a component says of itself; the protocol's version, 3, is the same for all. */
export type HeartbeatContent = Omit<Heartbeat, "name" | "mavlinkVersion">;

/** What a ground station says of itself, which has neither an autopilot nor modes. */
export const groundStation: HeartbeatContent = {
  type: MavType.GCS,
  autopilot: MavAutopilot.INVALID,
  baseMode: 0,
  customMode: 0,
  systemStatus: MavState.ACTIVE,
};

export type HeartbeatRequest = {
  readonly own: HeartbeatContent;
  readonly periodMs?: number;
  /** A component that is not heard for longer is lost. */
  readonly silenceMsMax?: number;
  /** One more is not noticed until another is lost. */
  readonly peersMax?: number;
};

/** A component that is heard, as its newest heartbeat tells it. */
export type Peer = {
  readonly address: Address;
  readonly said: HeartbeatContent;
  readonly heardAtMs: MonotonicMs;
};

export type HeartbeatExchange = {
  readonly request: HeartbeatRequest;
  /** When our next one is due. */
  readonly dueAtMs: MonotonicMs;
  readonly peers: readonly Peer[];
};

export type HeartbeatNews = { readonly kind: "heard" | "lost"; readonly peer: Peer };

export type HeartbeatStep = Step<HeartbeatExchange> & {
  /** Components that were not heard before, or are no longer. */
  readonly news: readonly HeartbeatNews[];
};

/** "Typically at 1 Hz", and lost after "four or five" (Heartbeat Protocol, "Broadcast Frequency"). */
const usualPeriodMs = 1_000;
const usualSilenceMsMax = 4_500;
const usualPeersMax = 32;

/** Cameras, radios and ground stations send heartbeats too ("Component Identity"). */
export const isFromAutopilot = ({ autopilot }: Pick<Heartbeat, "autopilot">): boolean =>
  autopilot !== MavAutopilot.INVALID;

export const isArmed = ({ baseMode }: Pick<Heartbeat, "baseMode">): boolean =>
  (baseMode & MavModeFlag.SAFETY_ARMED) !== 0;

/** Sends the first heartbeat at the first tick. */
export const startHeartbeat = (
  request: HeartbeatRequest,
  nowMs: MonotonicMs,
): HeartbeatExchange => ({ request, dueAtMs: nowMs, peers: [] });

/** Puts our next heartbeat off, or has it sent at the next tick. */
export const nextHeartbeatAt = (
  exchange: HeartbeatExchange,
  dueAtMs: MonotonicMs,
): HeartbeatExchange => ({ ...exchange, dueAtMs });

function onTick(exchange: HeartbeatExchange, nowMs: MonotonicMs): HeartbeatStep {
  const { request, dueAtMs } = exchange;
  const { own, periodMs = usualPeriodMs, silenceMsMax = usualSilenceMsMax } = request;
  const isLost = ({ heardAtMs }: Peer): boolean => nowMs - heardAtMs > silenceMsMax;
  const news = exchange.peers.filter(isLost).map((peer) => ({ kind: "lost" as const, peer }));
  const peers = news.length > 0 ? exchange.peers.filter((peer) => !isLost(peer)) : exchange.peers;
  if (nowMs < dueAtMs) return { exchange: { ...exchange, peers }, send: [], news };
  return {
    exchange: { request, dueAtMs: nextDeadline(dueAtMs, periodMs, nowMs), peers },
    send: [{ name: "HEARTBEAT", ...own, mavlinkVersion: 3 }],
    news,
  };
}

function onFrame(
  exchange: HeartbeatExchange,
  frame: MavlinkFrame,
  nowMs: MonotonicMs,
): HeartbeatStep {
  const unchanged = { exchange, send: [], news: [] };
  const { message, systemId, componentId } = frame;
  // 0 is how everybody is addressed, so it is nobody's own number.
  if (message.name !== "HEARTBEAT" || systemId === 0) return unchanged;
  const { type, autopilot, baseMode, customMode, systemStatus } = message;
  const said = { type, autopilot, baseMode, customMode, systemStatus };
  const peer = { address: { systemId, componentId }, said, heardAtMs: nowMs };
  const { peers, request } = exchange;
  const isKnown = ({ address }: Peer): boolean =>
    address.systemId === systemId && address.componentId === componentId;
  if (peers.some(isKnown)) {
    const others = peers.map((one) => (isKnown(one) ? peer : one));
    return { ...unchanged, exchange: { ...exchange, peers: others } };
  }
  if (peers.length >= (request.peersMax ?? usualPeersMax)) return unchanged;
  const known = { ...exchange, peers: [...peers, peer] };
  return { exchange: known, send: [], news: [{ kind: "heard", peer }] };
}

/**
 * The Heartbeat/Connection Protocol (https://mavlink.io/en/services/heartbeat.html): when our own
 * heartbeat is due, and who is heard. Tick it at `dueAtMs` or later, and as often as whoever falls
 * silent is to be noticed.
 */
export function stepHeartbeat(
  exchange: HeartbeatExchange,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): HeartbeatStep {
  switch (event.kind) {
    case "tick":
      return onTick(exchange, nowMs);
    case "frame":
      return onFrame(exchange, event.frame, nowMs);
    default:
      return assertNever(event, "A heartbeat's event");
  }
}

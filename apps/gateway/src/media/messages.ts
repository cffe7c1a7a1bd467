/**
 * What pilotage and media say to one another (LG10). Media carries frames it cannot read: to it a
 * lane is a name, and what travels on it is bytes or text.
 */
export type Lane = "sticks" | "commands" | "stop";
export type Payload = Uint8Array | string;

/** The label of each lane's data channel, as the contract has it; pilotage hands it down. */
export type LaneLabels = Readonly<Record<Lane, string>>;

export type ToMedia =
  | {
      readonly kind: "start";
      readonly labels: LaneLabels;
      readonly bindAddress: string | undefined;
    }
  | { readonly kind: "open-peer"; readonly peerId: number; readonly sdp: string }
  | {
      readonly kind: "send";
      readonly peerId: number;
      readonly lane: Lane;
      readonly payload: Payload;
    }
  | { readonly kind: "close-peer"; readonly peerId: number; readonly cause: string }
  | { readonly kind: "ping" }
  | { readonly kind: "end" };

export type DropCause = "too-long" | "too-many" | "pilotage-slow" | "peer-slow";

export type FromMedia =
  | { readonly kind: "ready" }
  | { readonly kind: "pong" }
  | { readonly kind: "answer"; readonly peerId: number; readonly sdp: string }
  | { readonly kind: "answer-failed"; readonly peerId: number; readonly cause: string }
  /** DTLS is up and the reliable lane is open: pilotage may speak. */
  | { readonly kind: "peer-opened"; readonly peerId: number; readonly dtlsFingerprint: string }
  | { readonly kind: "peer-closed"; readonly peerId: number; readonly cause: string }
  | {
      readonly kind: "frame";
      readonly peerId: number;
      readonly lane: Lane;
      readonly payload: Payload;
    }
  /** Once a second at most: what was dropped since the last time. */
  | {
      readonly kind: "dropped";
      readonly lane: Lane;
      readonly cause: DropCause;
      readonly count: number;
    };

/** A stick frame has 54 bytes and a proof some 300; nothing a pilot sends comes near. */
export const frameBytesMax = 4_096;

/**
 * Media holds the native code and the network, so pilotage believes nothing it says unseen.
 * Undefined when it is none of the messages above.
 */
export function parseFromMedia(value: unknown): FromMedia | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, peerId, lane, payload, sdp, cause, dtlsFingerprint, count } = value;
  switch (kind) {
    case "ready":
    case "pong":
      return { kind };
    case "answer":
      return isPeerId(peerId) && isText(sdp) ? { kind, peerId, sdp } : undefined;
    case "answer-failed":
    case "peer-closed":
      return isPeerId(peerId) && isText(cause) ? { kind, peerId, cause } : undefined;
    case "peer-opened":
      return isPeerId(peerId) && isText(dtlsFingerprint)
        ? { kind, peerId, dtlsFingerprint }
        : undefined;
    case "frame":
      return isPeerId(peerId) && isLane(lane) && isPayload(payload)
        ? { kind, peerId, lane, payload }
        : undefined;
    case "dropped":
      return isLane(lane) && isDropCause(cause) && isPeerId(count)
        ? { kind, lane, cause, count }
        : undefined;
    default:
      return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= 65_536;
const isPeerId = (value: unknown): value is number => Number.isSafeInteger(value);
const isLane = (value: unknown): value is Lane =>
  value === "sticks" || value === "commands" || value === "stop";
const isPayload = (value: unknown): value is Payload =>
  (typeof value === "string" || value instanceof Uint8Array) && value.length <= frameBytesMax;
const isDropCause = (value: unknown): value is DropCause =>
  value === "too-long" ||
  value === "too-many" ||
  value === "pilotage-slow" ||
  value === "peer-slow";

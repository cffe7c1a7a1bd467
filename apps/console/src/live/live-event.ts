import type { LiveErrorCode, LiveEvent, LiveTopics } from "@pista/contracts";

type Entry = LiveTopics[keyof LiveTopics];

/** What the hub says of one subscription. */
export type HeardOfTopic =
  | { readonly kind: "snapshot"; readonly id: number; readonly entries: readonly Entry[] }
  | {
      readonly kind: "changes";
      readonly id: number;
      readonly seq: number;
      readonly entries: readonly Entry[];
    }
  | { readonly kind: "error"; readonly id: number | null; readonly code: LiveErrorCode };

/** One message, told apart; undefined when it is none that this version knows. */
export function parseLiveEvent(text: string): HeardOfTopic | { readonly kind: "pong" } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller counts the stream as broken.
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("op" in value && value.op === "pong") return { kind: "pong" };
  if (!("id" in value)) return undefined;
  // The hub of the same origin and version wrote it; the members that differ are looked at below.
  const event = value as LiveEvent;
  if ("error" in event) return { kind: "error", id: event.id, code: event.error.code };
  if ("snapshot" in event && Array.isArray(event.snapshot)) {
    return { kind: "snapshot", id: event.id, entries: event.snapshot };
  }
  if ("changes" in event && Array.isArray(event.changes) && Number.isInteger(event.seq)) {
    return { kind: "changes", id: event.id, seq: event.seq, entries: event.changes };
  }
  return undefined;
}

import type { EpochMs } from "@pista/kernel";

/** How the one WebSocket stands; pages show it in words. */
export type LiveConnection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "reconnecting"; readonly sinceMs: EpochMs; readonly attempt: number }
  /** The browser itself says that there is no network. */
  | { readonly state: "offline"; readonly sinceMs: EpochMs };

/** What the client needs of a WebSocket; whoever has a network hands it in. */
export type LiveSocket = {
  readonly send: (text: string) => void;
  readonly close: () => void;
};

export type LiveSocketEvents = {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  /** Called once, whoever closed it. */
  readonly closed: () => void;
};

export type OpenLiveSocket = (events: LiveSocketEvents) => LiveSocket;

const firstDelayMs = 250;
const delayMsMax = 10_000;

/**
 * How long to wait before an attempt: twice as long each time, up to ten seconds, and by half at
 * random, so that a restarted hub is not met by everyone in the same instant.
 */
export function reconnectDelayMs(attempt: number, chance: number): number {
  const wholeMs = Math.min(delayMsMax, firstDelayMs * 2 ** Math.max(0, attempt - 1));
  return wholeMs / 2 + (wholeMs / 2) * chance;
}

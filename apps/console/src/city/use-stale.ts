import type { EpochMs } from "@pista/kernel";
import { useLive, useLiveConnection } from "../live/use-live.ts";

/** Since when nothing new comes in; undefined while the stream is well or has not begun. */
export function useStaleSince(): EpochMs | undefined {
  const connection = useLiveConnection();
  return connection.state === "reconnecting" || connection.state === "offline"
    ? connection.sinceMs
    : undefined;
}

export function useIsStale(): boolean {
  const isDown = useStaleSince() !== undefined;
  const stream = useLive("bays");
  return isDown || stream.state === "refused";
}

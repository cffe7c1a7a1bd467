import type { LiveTopic } from "@pista/contracts";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useParts } from "../parts.ts";
import type { LiveConnection } from "./connection.ts";
import type { LiveView } from "./live-client.ts";

/** What is known of a topic; it is subscribed to as long as somebody looks. */
export function useLive<Topic extends LiveTopic>(
  topic: Topic,
  wanted: { readonly isWanted: boolean } = { isWanted: true },
): LiveView<Topic> {
  const { live } = useParts();
  const { isWanted } = wanted;
  useEffect(() => (isWanted ? live.hold(topic) : undefined), [live, topic, isWanted]);
  const subscribe = useCallback(
    (listener: () => void) => live.subscribeView(topic, listener),
    [live, topic],
  );
  return useSyncExternalStore(subscribe, () => live.view(topic));
}

export function useLiveConnection(): LiveConnection {
  const { live } = useParts();
  return useSyncExternalStore(live.subscribeConnection, live.connection);
}

import type { Transport } from "@pista/contracts";
import type { Clock } from "@pista/kernel";
import { createContext, useContext } from "react";
import type { LiveClient } from "./live/live-client.ts";
import type { SchemeStore } from "./theme/scheme-store.ts";

/** What compose.ts joins and the pages use. */
export type Parts = {
  readonly transport: Transport;
  readonly live: LiveClient;
  readonly clock: Clock;
  readonly scheme: SchemeStore;
  /** Remembers a choice across visits; a browser that keeps nothing forgets it quietly. */
  readonly memory: Memory;
};

export type Memory = {
  readonly read: (name: string) => string | null;
  readonly write: (name: string, value: string | null) => void;
};

export const PartsContext = createContext<Parts | undefined>(undefined);

export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (!parts) throw new Error("The page is drawn outside its parts.");
  return parts;
}

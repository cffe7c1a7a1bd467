import { useSyncExternalStore } from "react";
import { useParts } from "../parts.ts";
import type { Scheme } from "./scheme-store.ts";

export function useScheme(): {
  readonly scheme: Scheme;
  readonly choose: (scheme: Scheme) => void;
} {
  const store = useParts().scheme;
  return { scheme: useSyncExternalStore(store.subscribe, store.scheme), choose: store.choose };
}

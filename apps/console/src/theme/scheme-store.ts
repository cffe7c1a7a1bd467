import { createListeners } from "../listeners.ts";
import type { Memory } from "../parts.ts";

export type Scheme = "dark" | "light";

export type SchemeStore = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly scheme: () => Scheme;
  /** The person's own choice: it is remembered, and outweighs the default from now on. */
  readonly choose: (scheme: Scheme) => void;
  /** Dark in the control room, light for visitors, until somebody chooses. */
  readonly setSignedIn: (isSignedIn: boolean) => void;
};

const choiceName = "pista.scheme";
const signedInName = "pista.signed-in";

const isScheme = (text: string | null): text is Scheme => text === "dark" || text === "light";

/** The last visit tells what to draw first, before the hub has said who is asking. */
export function createSchemeStore(memory: Memory): SchemeStore {
  const { subscribe, notify } = createListeners();
  let isSignedIn = memory.read(signedInName) === "yes";
  const remembered = memory.read(choiceName);
  let chosen: Scheme | undefined = isScheme(remembered) ? remembered : undefined;
  return {
    subscribe,
    scheme: () => chosen ?? (isSignedIn ? "dark" : "light"),
    choose(scheme) {
      chosen = scheme;
      memory.write(choiceName, scheme);
      notify();
    },
    setSignedIn(next) {
      if (next === isSignedIn) return;
      isSignedIn = next;
      memory.write(signedInName, next ? "yes" : null);
      notify();
    },
  };
}

import { browserClock } from "./browser-clock.ts";
import { createBrowserMemory } from "./browser-memory.ts";
import { createTransport } from "./http/transport.ts";
import { openBrowserSocket } from "./live/browser-socket.ts";
import { createLiveClient } from "./live/live-client.ts";
import type { Parts } from "./parts.ts";
import { createSchemeStore } from "./theme/scheme-store.ts";

/** The only place where the page's parts are built and joined. */
export function composeParts(): Parts {
  const memory = createBrowserMemory(() => window.localStorage);
  const live = createLiveClient({
    openSocket: openBrowserSocket,
    clock: browserClock,
    chance: Math.random,
  });
  window.addEventListener("online", () => live.networkChanged(true));
  window.addEventListener("offline", () => live.networkChanged(false));
  return {
    transport: createTransport((input, init) => window.fetch(input, init)),
    live,
    clock: browserClock,
    scheme: createSchemeStore(memory),
    memory,
  };
}

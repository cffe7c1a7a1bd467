import type { Clock } from "@pista/kernel";
import type { Logger } from "pino";
import { LocalPageProcess } from "./local-page/local-page-process.ts";
import type { LocalPageSettings } from "./local-page/messages.ts";
import type { GuardLoop } from "./pilotage/guard-loop.ts";
import { type BesideGuard, localStateOf } from "./pilotage/local-state.ts";

/** [AU4] The page at the site: what it shows is asked for by its process, what it may do are two acts. */
export function joinLocalPage(
  settings: LocalPageSettings,
  loop: GuardLoop,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  beside: () => BesideGuard,
): LocalPageProcess {
  return new LocalPageProcess({
    settings,
    clock,
    state: () => localStateOf(loop.state, beside(), clock.monotonicMs()),
    events: {
      acted: (act) => loop.hear({ kind: "local-act", act, atMs: clock.monotonicMs() }),
      listening: (at) => log.info(at, "the local page is there"),
      // It is a convenience: without it the vehicle is flown, and safe, as without the option.
      down: (error) => log.error({ err: error }, "the local page died; it is started again"),
    },
  });
}

import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";
import type { HeldLease } from "../pilot/lease-keeper.ts";
import { useNow } from "../use-now.ts";
import { countdown } from "./countdown.ts";

/** How long the lease lives without another renewal, and how long the trial's window is open. */
export function LeasePanel({ held }: { readonly held: HeldLease }) {
  const { say } = useWords();
  const { clock } = useParts();
  const nowMs = useNow();
  const leaseS = Math.max(0, Math.ceil((held.endsAtMs - clock.monotonicMs()) / 1_000));
  const windowS = Math.max(0, Math.floor((Date.parse(held.lease.windowEndsAt) - nowMs) / 1_000));
  return (
    <dl className="fly-panel lease">
      <div data-testid="window-left">
        <dt>{say("fly.window")}</dt>
        <dd className="figure">{countdown(windowS)}</dd>
      </div>
      <div data-testid="lease-left">
        <dt>{say("fly.leaseEnds")}</dt>
        <dd className="figure">{leaseS} s</dd>
      </div>
    </dl>
  );
}

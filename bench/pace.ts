import type { DeviceLoad } from "./mqtt-load.ts";
import { pause } from "./statistics.ts";

/** An open loop: reports leave by the clock, whatever has become of the earlier ones. */
export async function pace(
  loads: readonly DeviceLoad[],
  perSecond: number,
  forS: number,
  begin: () => void,
): Promise<number> {
  const warmUpS = 2;
  const startMs = performance.now();
  let sent = 0;
  let sentBefore = 0;
  let begun = false;
  for (;;) {
    const elapsedS = (performance.now() - startMs) / 1_000;
    if (!begun && elapsedS > warmUpS) {
      begun = true;
      sentBefore = sent;
      begin();
    }
    if (elapsedS > warmUpS + forS) return sent - sentBefore;
    for (; sent < elapsedS * perSecond; sent++) loads[sent % loads.length]?.publish();
    await pause(2);
  }
}

import { centredSticks } from "@pista/flight";
import { closeAllPages } from "../apps/gateway/src/testing/pilot-page.ts";
import {
  closeSite,
  fly,
  openSite,
  siteIsReady,
  takeControl,
} from "../apps/gateway/src/testing/site.ts";
import { pause, quantile, rounded } from "./statistics.ts";

/** Frames are told apart by their yaw, in steps of a thousandth of full deflection. */
const marks = 400;
const markStep = 1 / 1_000;
/** At full deflection, as the guard has it. */
const yawRateRadps = (45 * Math.PI) / 180;

/** How late a timer of 1 ms comes in a process that has nothing else to do. */
async function idleTimer(forS: number): Promise<number[]> {
  const lateMs: number[] = [];
  const untilMs = performance.now() + forS * 1_000;
  while (performance.now() < untilMs) {
    const startMs = performance.now();
    await pause(1);
    lateMs.push(performance.now() - startMs - 1);
  }
  return lateMs;
}

/**
 * From a frame that leaves the pilot's data channel to the set-point on the vehicle's socket: the real
 * gateway in its two processes, a real peer connection over the loopback included.
 */
export async function measurePilotage(forS: number) {
  const idle = await idleTimer(Math.min(forS, 5));
  const site = await openSite();
  try {
    await siteIsReady(site);
    const { page } = await takeControl(site, 1);
    await fly(site, { page });
    page.stopFlying();
    const sentAtMs: number[] = [];
    const from = site.vehicle.setPoints.length;
    const startMs = performance.now();
    for (let frame = 0; performance.now() - startMs < forS * 1_000; frame++) {
      // Where a busy machine made the guard hold, centred sticks lead out of it, as a pilot's do.
      const isFree = page.beacon?.lock === undefined;
      const yawRight = isFree ? ((frame % marks) + 1) * markStep : 0;
      page.sticks = { ...centredSticks, yawRight };
      sentAtMs.push(performance.now());
      page.sendFrame();
      await pause(Math.max(0, startMs + (frame + 1) * 20 - performance.now()));
    }
    // The first set-point with a new mark is that frame's; the ticks after it repeat it.
    const addedMs: number[] = [];
    let newest = -1;
    for (const { yawRate, atMs } of site.vehicle.setPoints.slice(from)) {
      const mark = Math.round(yawRate / yawRateRadps / markStep) - 1;
      const framesLater = (mark - (newest % marks) + marks) % marks;
      // An ageing command turns more slowly (LG2), and its mark reads as one from long ago.
      if (mark < 0 || framesLater === 0 || framesLater > marks / 2) continue;
      const sentMs = sentAtMs[newest + framesLater];
      if (sentMs === undefined) continue;
      newest += framesLater;
      addedMs.push(atMs - sentMs);
    }
    page.close();
    return {
      row: `pilot's channel to autopilot's socket at 50 Hz, loopback, ${forS} s`,
      "frames sent": sentAtMs.length,
      "frames acted on": addedMs.length,
      "p50 ms": rounded(quantile(addedMs, 0.5), 2),
      "p99 ms": rounded(quantile(addedMs, 0.99), 2),
      "idle timer p50 ms": rounded(quantile(idle, 0.5), 2),
      "idle timer p99 ms": rounded(quantile(idle, 0.99), 2),
    };
  } finally {
    await closeSite(site);
    closeAllPages();
  }
}

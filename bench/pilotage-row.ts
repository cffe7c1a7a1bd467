import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { centredSticks } from "@pista/flight";
import { closeAllPages } from "../apps/gateway/src/testing/pilot-page.ts";
import {
  closeSite,
  fly,
  openSite,
  type Site,
  siteIsReady,
  takeControl,
} from "../apps/gateway/src/testing/site.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
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

/** The gateway with its media process stamping each frame that comes out of the pilot's channel. */
async function openStampedSite(stampsFile: string): Promise<Site> {
  const before = process.env.NODE_OPTIONS;
  const preload = new URL("./channel-stamps.js", import.meta.url).href;
  process.env.NODE_OPTIONS = `${before ?? ""} --import ${preload}`;
  process.env.PISTA_BENCH_STAMPS = stampsFile;
  try {
    return await openSite();
  } finally {
    delete process.env.PISTA_BENCH_STAMPS;
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
}

/** When each frame came to media, by its sequence and on the clock of this process. */
async function readArrivals(stampsFile: string): Promise<ReadonlyMap<number, number>> {
  await until("media's stamps", () => existsSync(stampsFile));
  // Our own preloaded module has written it.
  const stamps = JSON.parse(readFileSync(stampsFile, "utf8")) as [number, number][];
  const sharedClockMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  return new Map(stamps.map(([sequence, atMs]) => [sequence, atMs - sharedClockMs]));
}

type Acted = { readonly sequence: number; readonly sentMs: number; readonly setPointMs: number };

/**
 * From a frame that comes out of the pilot's data channel in media to the set-point on the vehicle's
 * socket, which is what pilotage and media add; and the whole way, from where the page's side sends it,
 * with a real peer connection over the loopback in it. The real gateway in its two processes.
 */
export async function measurePilotage(forS: number) {
  const idle = await idleTimer(Math.min(forS, 5));
  const directory = mkdtempSync(join(tmpdir(), "pista-bench-"));
  const stampsFile = join(directory, "stamps.json");
  try {
    const { acted, sent } = await flyMarked(stampsFile, forS);
    const arrivals = await readArrivals(stampsFile);
    const wholeMs = acted.map(({ sentMs, setPointMs }) => setPointMs - sentMs);
    const addedMs = acted.flatMap(({ sequence, setPointMs }) => {
      const arrivedMs = arrivals.get(sequence);
      return arrivedMs === undefined ? [] : [setPointMs - arrivedMs];
    });
    return {
      row: `out of the pilot's channel to autopilot's socket at 50 Hz, loopback, ${forS} s`,
      "frames sent": sent,
      "frames acted on": acted.length,
      "of them stamped": addedMs.length,
      "p50 ms": rounded(quantile(addedMs, 0.5), 2),
      "p99 ms": rounded(quantile(addedMs, 0.99), 2),
      "idle timer p50 ms": rounded(quantile(idle, 0.5), 2),
      "idle timer p99 ms": rounded(quantile(idle, 0.99), 2),
      "whole way p50 ms": rounded(quantile(wholeMs, 0.5), 2),
      "whole way p99 ms": rounded(quantile(wholeMs, 0.99), 2),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
    closeAllPages();
  }
}

async function flyMarked(
  stampsFile: string,
  forS: number,
): Promise<{ readonly acted: Acted[]; readonly sent: number }> {
  const site = await openStampedSite(stampsFile);
  try {
    await siteIsReady(site);
    const { page } = await takeControl(site, 1);
    await fly(site, { page });
    page.stopFlying();
    const sent: Omit<Acted, "setPointMs">[] = [];
    const from = site.vehicle.setPoints.length;
    const startMs = performance.now();
    for (let frame = 0; performance.now() - startMs < forS * 1_000; frame++) {
      // Where a busy machine made the guard hold, centred sticks lead out of it, as a pilot's do.
      const isFree = page.beacon?.lock === undefined;
      const yawRight = isFree ? ((frame % marks) + 1) * markStep : 0;
      page.sticks = { ...centredSticks, yawRight };
      const sentMs = performance.now();
      page.sendFrame();
      // The page counts its frames from 1.
      sent.push({ sequence: page.sentAtMs.size, sentMs });
      await pause(Math.max(0, startMs + (frame + 1) * 20 - performance.now()));
    }
    // The first set-point with a new mark is that frame's; the ticks after it repeat it.
    const acted: Acted[] = [];
    let newest = -1;
    for (const { yawRate, atMs } of site.vehicle.setPoints.slice(from)) {
      const mark = Math.round(yawRate / yawRateRadps / markStep) - 1;
      const framesLater = (mark - (newest % marks) + marks) % marks;
      // An ageing command turns more slowly (LG2), and its mark reads as one from long ago.
      if (mark < 0 || framesLater === 0 || framesLater > marks / 2) continue;
      const frame = sent[newest + framesLater];
      if (!frame) continue;
      newest += framesLater;
      acted.push({ ...frame, setPointMs: atMs });
    }
    page.close();
    return { acted, sent: sent.length };
  } finally {
    await closeSite(site);
  }
}

import type { LandingSpot } from "@pista/flight";
import { createRandom, type Random } from "@pista/kernel";
import type { LinkProfile, TimeSpan } from "../link/link.ts";
import type { OdometryProfile } from "../odometry/odometry.ts";
import { type ClockPlan, driftPpmMax } from "./storm-clocks.ts";
import { drawFreePlace, drawStart } from "./storm-site.ts";

/** Everything that will go wrong in one storm, drawn before it begins. */
export type StormPlan = {
  readonly uplink: LinkProfile;
  readonly downlink: LinkProfile;
  /** The clock of a machine that slept or was set jumps. */
  readonly browser: ClockPlan & { readonly offsetMs: number };
  /** The gateway's is monotonic; the hub's is set now and then. */
  readonly clocks: { readonly gateway: ClockPlan; readonly hub: ClockPlan };
  readonly pilot: {
    /** [LG7] A hidden tab or a long garbage collection: nothing is sampled or sent. */
    readonly pauses: readonly TimeSpan[];
    /** [LG1] The sticks are not read, but the last sample goes on being sent. */
    readonly frozen: readonly TimeSpan[];
    /** [LG3] The page works, but its picture stands still. */
    readonly unseen: readonly TimeSpan[];
    readonly stopsAtMs: readonly number[];
    readonly refreshesAtMs: readonly number[];
    readonly goneAtMs: number;
    readonly says: "goodbye" | "nothing";
  };
  readonly hub: {
    readonly delayMs: number;
    readonly outages: readonly TimeSpan[];
    /** [AU7] The process is killed and begins anew with what it wrote; else the line alone breaks. */
    readonly diesInOutages: boolean;
    /** [AU1] And what it wrote is lost. */
    readonly losesPaper: boolean;
    /** [AU2] */
    readonly windowEndsAtMs: number;
    readonly revokesAtMs: number | undefined;
    /** A new lease, after the old one was taken back or given back. */
    readonly regrantsAtMs: number | undefined;
    /** [AU1] Old tokens, still well signed, come again. */
    readonly replaysAtMs: readonly number[];
    readonly storeEpochMs: number;
    readonly speedMpsMax: number;
    readonly view: "telemetry" | "camera";
    readonly clearViewM: number;
    /** Marked for landing, beside the hall's own. */
    readonly spots: readonly LandingSpot[];
    /** [AU3] */
    readonly handsOverAtMs: number | undefined;
  };
  readonly vehicle: VehiclePlan;
  /** [LG11] */
  readonly odometry: OdometryProfile;
  /** The pilotage process dies and starts anew with the epoch that it stored (AU7). */
  readonly pilotageDeath: TimeSpan | undefined;
  /** The media process dies: peers are closed, and none opens before it is back. */
  readonly mediaDeath: TimeSpan | undefined;
  /** [AU4] */
  readonly safetyPilot: TimeSpan | undefined;
};

/** Another vehicle of the same make: shares of the model's own figures, and the air of the day. */
export type VehiclePlan = {
  readonly from: LandingSpot;
  readonly mass: number;
  readonly thrust: number;
  readonly motorLag: number;
  readonly drag: number;
  readonly draught: { readonly eastMps: number; readonly northMps: number };
  readonly gustSigmaMps: number;
};

export const stormMs = 30_000;
/** A vehicle that is then on its way to a marked spot is watched until it stands. */
export const stormMsMax = 300_000;
const pilotLeavesMs = 16_000;
/** Before this the flight has hardly begun. */
const troubleFromMs = 4_000;

export function drawPlan(random: Random): StormPlan {
  // From a good line to one that no pilot should use.
  const roughness = random.next();
  // Drawn apart, so that the seeds that are named for what they show go on showing it.
  const own = createRandom(Math.floor(roughness * 2 ** 32));
  const jumps = drawTimes(own, own.chance(0.4) ? 1 : 0).map((atMs) => ({
    atMs,
    byMs: own.between(-10_000, 10_000),
  }));
  return {
    clocks: {
      gateway: { driftPpm: own.between(-driftPpmMax, driftPpmMax), jumps: [] },
      hub: { driftPpm: own.between(-driftPpmMax, driftPpmMax), jumps },
    },
    uplink: drawLink(random, roughness),
    downlink: drawLink(random, roughness),
    browser: {
      offsetMs: random.between(-1e6, 1e6),
      driftPpm: random.between(-100, 100),
      jumps: drawTimes(random, random.chance(0.3) ? 2 : 0).map((atMs) => ({
        atMs,
        byMs: random.between(-800, 800),
      })),
    },
    pilot: {
      pauses: drawSpans(random, 2 * roughness, 4_000),
      frozen: drawSpans(random, 2 * roughness, 1_500),
      unseen: drawSpans(own, own.chance(0.4) ? 2 : 0, 1_500),
      stopsAtMs: drawTimes(random, random.integer(4)),
      refreshesAtMs: drawTimes(random, random.chance(0.3) ? 1 : 0),
      goneAtMs: pilotLeavesMs + random.between(-500, 500),
      says: random.chance(0.5) ? "goodbye" : "nothing",
    },
    hub: drawHub(random, own),
    vehicle: drawVehicle(random),
    odometry: drawOdometry(random),
    safetyPilot: random.chance(0.3) ? drawSpan(random, 4_000) : undefined,
    pilotageDeath: random.chance(0.15) ? drawSpan(random, 3_000) : undefined,
    mediaDeath: random.chance(0.15) ? drawSpan(random, 3_000) : undefined,
  };
}

function drawVehicle(random: Random): VehiclePlan {
  const from = drawStart(random);
  const mass = random.between(0.7, 1.3);
  const thrust = random.between(0.7, 1.3);
  // A run of its own: what is drawn for the vehicle shifts nothing of the rest of the storm.
  const own = random.fork();
  return {
    from,
    mass,
    thrust,
    motorLag: own.between(0.7, 1.3),
    drag: own.between(0.7, 1.3),
    draught: { eastMps: own.between(-1, 1), northMps: own.between(-1, 1) },
    gustSigmaMps: own.between(0, 1),
  };
}

function drawOdometry(random: Random): OdometryProfile {
  const errs = random.chance(0.6);
  const unsure = drawSpans(random, random.chance(0.2) ? 1 : 0, 1_400);
  const noiseM = random.between(0, 0.02);
  const driftMps = errs ? random.between(0, 0.1) : 0;
  const jumpsAtMs = errs ? drawTimes(random, random.integer(3)) : [];
  return {
    ...{ noiseM, driftMps, jumpsAtMs },
    // One that jumps takes the vehicle along (boundM), so it must err by less.
    errorMMax: random.between(0.05, 0.65) * (jumpsAtMs.length > 0 ? 0.35 : 1),
    gaps: drawSpans(random, random.chance(0.3) ? 1.5 : 0, 1_400),
    unsure: unsure.map((span) => ({ ...span, sigmaM: random.between(0.31, 1) })),
    saysSigmaM: random.chance(0.5) ? undefined : random.between(0.05, 0.2),
  };
}

function drawHub(random: Random, own: Random): StormPlan["hub"] {
  const revokes = random.chance(0.35);
  const revokesAtMs = revokes ? random.between(troubleFromMs, 13_000) : undefined;
  const regrants = random.chance(0.4);
  return {
    delayMs: random.between(5, 120),
    outages: drawOutages(random),
    diesInOutages: own.chance(0.5),
    losesPaper: own.chance(0.2),
    windowEndsAtMs: own.chance(0.1) ? own.between(troubleFromMs, pilotLeavesMs) : 2 * stormMsMax,
    revokesAtMs,
    regrantsAtMs: regrants ? (revokesAtMs ?? 7_000) + random.between(300, 4_000) : undefined,
    replaysAtMs: drawTimes(random, random.integer(4)),
    storeEpochMs: random.between(1, 60),
    speedMpsMax: random.between(0.5, 3),
    view: random.chance(0.4) ? "telemetry" : "camera",
    clearViewM: random.between(1, 5),
    spots: Array.from({ length: random.integer(5) }, () => drawFreePlace(random)),
    handsOverAtMs: random.chance(0.35) ? random.between(troubleFromMs, 12_000) : undefined,
  };
}

/** [AU2] A hub that is gone for good, or one that comes back. */
function drawOutages(random: Random): TimeSpan[] {
  if (random.chance(0.15)) return [{ fromMs: 1_500, toMs: stormMsMax }];
  return drawSpans(random, random.chance(0.3) ? 1 : 0, 12_000);
}

function drawLink(random: Random, roughness: number): LinkProfile {
  return {
    delayMs: random.between(1, 25 + 75 * roughness),
    jitterMs: random.between(0.2, 3 + 20 * roughness),
    lossShare: random.between(0, 0.01 + 0.1 * roughness),
    burst: {
      beginShare: random.between(0, 0.02 * roughness),
      meanPackets: random.between(2, 12),
    },
    reorders: random.chance(0.7),
    blackouts: drawSpans(random, 2 * roughness, 3_500),
    surges: drawSpans(random, 3 * roughness, 2_000).map((span) => ({
      ...span,
      addedMs: random.between(20, 400),
    })),
  };
}

const drawTimes = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.between(troubleFromMs, pilotLeavesMs)).sort(
    (a, b) => a - b,
  );

function drawSpan(random: Random, lengthMsMax: number): TimeSpan {
  const fromMs = random.between(troubleFromMs, pilotLeavesMs - 1_000);
  return { fromMs, toMs: fromMs + random.between(0.05, 1) * lengthMsMax };
}

const drawSpans = (random: Random, meanCount: number, lengthMsMax: number): TimeSpan[] =>
  Array.from({ length: Math.floor(meanCount + random.next()) }, () =>
    drawSpan(random, lengthMsMax),
  );

export const isWithinAny = (spans: readonly TimeSpan[], atMs: number): boolean =>
  spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);

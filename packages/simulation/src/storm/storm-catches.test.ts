import { type GatewayEvent, type GatewayState, type GatewayStep, stepGateway } from "@pista/flight";
import { monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { runStorm } from "./storm.ts";

type Guard = (state: GatewayState, event: GatewayEvent) => GatewayStep;

/** A guard that sees other events than came in. */
const hearing =
  (hear: (event: GatewayEvent, state: GatewayState) => GatewayEvent): Guard =>
  (state, event) =>
    stepGateway(state, hear(event, state));

const frameOf = (event: GatewayEvent) =>
  event.kind === "frame-received" ? event.frame : undefined;

/** Takes a frame's sending for its sampling, the mistake that LG1 begins with. */
const datesBySending = hearing((event) => {
  const frame = frameOf(event);
  if (event.kind !== "frame-received" || !frame) return event;
  return { ...event, frame: { ...frame, sampledAtBrowserMs: frame.sentAtBrowserMs } };
});

/** Takes every frame for one that has just been made, however long it was under way. */
const believesEverything: Guard = (state, event) => {
  const step = stepGateway(state, event);
  const { peer, clock } = step.state;
  if (event.kind !== "frame-received" || peer.state !== "open" || !clock.estimate) return step;
  const { frame, atMs } = event;
  const acting = { frame, sampledAtMs: atMs, provableSinceMs: atMs, viewSinceMs: atMs };
  const ladder = { rung: "fly", freshFrames: 0, factor: 1 } as const;
  return { ...step, state: { ...step.state, acting, ladder } };
};

const forgetsStops = hearing((event) => {
  if (event.kind === "stop-received") return { kind: "tick", atMs: event.atMs };
  const frame = frameOf(event);
  return event.kind === "frame-received" && frame
    ? { ...event, frame: { ...frame, stopSequence: 0 } }
    : event;
});

const hearsNoRevocation = hearing((event) =>
  event.kind === "lease-revoked" ? { kind: "tick", atMs: event.atMs } : event,
);

const seesNoSafetyPilot = hearing((event) =>
  event.kind === "vehicle-status" && event.mode === "other" ? { ...event, mode: "guided" } : event,
);

const thinksOdometryIsFresh: Guard = (state, event) => {
  const { vehicle } = state;
  const poseAtMs = vehicle.pose ? event.atMs : undefined;
  return stepGateway({ ...state, vehicle: { ...vehicle, poseAtMs } }, event);
};

const neverLands: Guard = (state, event) => {
  const step = stepGateway(state, event);
  const effects = step.effects.filter(
    (effect) => effect.kind !== "order-autopilot" || effect.order !== "land",
  );
  return { ...step, effects };
};

const obeysBeforeStoring: Guard = (state, event) => {
  const step = stepGateway(state, event);
  const store = step.effects.find((effect) => effect.kind === "store-epoch");
  if (!store) return step;
  return stepGateway(step.state, { kind: "epoch-stored", epoch: store.epoch, atMs: event.atMs });
};

const obeysOldEpochs: Guard = (state, event) =>
  stepGateway(event.kind === "lease-received" ? { ...state, highestEpoch: 0 } : state, event);

const takesFramesInAnyOrder: Guard = (state, event) => {
  const { acting } = state;
  if (event.kind !== "frame-received" || !acting) return stepGateway(state, event);
  const frame = { ...acting.frame, sequence: -1 };
  return stepGateway({ ...state, acting: { ...acting, frame } }, event);
};

const ignoresTheFence: Guard = (state, event) => {
  const { authority } = state;
  if (authority.state !== "held") return stepGateway(state, event);
  const fence = { westM: -1e3, southM: -1e3, eastM: 1e3, northM: 1e3, floorM: 0, topM: 1e3 };
  const limits = { ...authority.lease.limits, fence };
  const lease = { ...authority.lease, limits };
  return stepGateway({ ...state, limits, authority: { ...authority, lease } }, event);
};

const ignoresObstacles: Guard = (state, event) => {
  const { authority } = state;
  if (authority.state !== "held") return stepGateway(state, event);
  const limits = { ...authority.lease.limits, obstacles: [] };
  const lease = { ...authority.lease, limits };
  return stepGateway({ ...state, limits, authority: { ...authority, lease } }, event);
};

/** Sees no doubt in what the odometry says of itself. */
const trustsUnsureOdometry = hearing((event) =>
  event.kind === "pose-received" ? { ...event, pose: { ...event.pose, sigmaM: undefined } } : event,
);

/** Goes on with whatever lease it has, for as long as it likes. */
const neverLetsLeasesRunOut: Guard = (state, event) => {
  const { authority } = state;
  if (authority.state !== "held") return stepGateway(state, event);
  const expiresAtMs = monotonicMs(1e9);
  return stepGateway({ ...state, authority: { ...authority, expiresAtMs } }, event);
};

/** Seats whoever is to take over as soon as their lease is stored. */
const seatsAnybody: Guard = (state, event) => {
  const { successor } = state;
  if (successor?.authority.state !== "held" || !successor.acting) return stepGateway(state, event);
  const ladder = { rung: "fly", freshFrames: 0, factor: 1 } as const;
  return stepGateway({ ...state, successor: { ...successor, ladder } }, event);
};

/** Takes a vehicle that it finds in the air for one that nobody has stopped. */
const beginsWithoutAStop: Guard = (state, event) => {
  const step = stepGateway(state, event);
  if (state.vehicle.isMet || !step.state.vehicle.isMet) return step;
  return { ...step, state: { ...step.state, stop: state.stop } };
};

/** Takes it that the newest pose is what the pilot sees. */
const thinksThatAllIsSeen = hearing((event, { vehicle }) => {
  const frame = frameOf(event);
  if (event.kind !== "frame-received" || !frame) return event;
  return { ...event, frame: { ...frame, shownPoseSequence: vehicle.poseSequence } };
});

const fliesThroughTheUnseen: Guard = (state, event) => {
  const { authority } = state;
  if (authority.state !== "held") return stepGateway(state, event);
  const lease = { ...authority.lease, limits: { ...authority.lease.limits, clearViewM: 100 } };
  return stepGateway({ ...state, authority: { ...authority, lease } }, event);
};

/** Knows how late the pilot sees, and forgets how late they saw a moment ago. */
const forgetsTheWorstView: Guard = (state, event) => {
  const view = state.view && { ...state.view, worst: [] };
  return stepGateway({ ...state, view }, event);
};

/** Lets a take-off go on, whatever happens before the motors turn. */
const neverBreaksTakeOffsOff: Guard = (state, event) => {
  const step = stepGateway(state, event);
  const isBrokenOff = state.phase === "taking-off" && !step.state.vehicle.armed;
  return isBrokenOff ? { ...step, state: { ...step.state, phase: state.phase } } : step;
};

/** A storm may lack what it takes to show one fault: so many are tried, from the likeliest on. */
const attemptsMax = 25;

describe("a storm catches a guard that", () => {
  test.each<[string, string, number, Guard]>([
    ["dates frames by their sending", "LG1 (a)", 13, datesBySending],
    ["believes that every frame is new", "LG1 (b)", 15, believesEverything],
    ["never lands", "LG2", 1, neverLands],
    ["forgets stops", "LG4", 7, forgetsStops],
    ["lets a take-off go on under a stop", "LG4", 32, neverBreaksTakeOffsOff],
    ["takes frames in any order", "LG5", 2, takesFramesInAnyOrder],
    ["ignores the fence", "LG6", 16, ignoresTheFence],
    ["ignores obstacles", "LG6", 186, ignoresObstacles],
    ["thinks that the newest pose is seen", "LG3", 31, thinksThatAllIsSeen],
    ["flies through what nobody sees", "LG6 (b)", 1, fliesThroughTheUnseen],
    ["forgets how late the pilot saw", "LG6 (b)", 1, forgetsTheWorstView],
    ["trusts unsure odometry", "LG11", 42, trustsUnsureOdometry],
    ["never lets a lease run out", "AU2", 40, neverLetsLeasesRunOut],
    ["seats anybody who is to take over", "AU3", 10, seatsAnybody],
    ["thinks that odometry is fresh", "LG11", 22, thinksOdometryIsFresh],
    ["obeys old epochs", "AU1", 5, obeysOldEpochs],
    ["sees no safety pilot", "AU4", 7, seesNoSafetyPilot],
    ["hears no revocation", "AU5", 4, hearsNoRevocation],
    ["obeys before the epoch is stored", "AU7", 1, obeysBeforeStoring],
    ["begins in the air without a stop", "AU7", 202, beginsWithoutAStop],
  ])("%s: %s", (_name, rule, likeliestSeed, guard) => {
    const seeds = Array.from({ length: attemptsMax }, (_, index) => likeliestSeed + index);
    const isCaught = (seed: number): boolean =>
      runStorm(seed, { guard }).findings.some((found) => found.rule === rule);
    expect(seeds.some(isCaught)).toBe(true);
  });
});

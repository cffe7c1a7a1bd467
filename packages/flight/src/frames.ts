import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import { heldLease } from "./authority.ts";
import { addExchange, type ClockEstimate } from "./clock-estimate.ts";
import { isWaking } from "./freeze.ts";
import {
  type Change,
  type GatewayEvent,
  type GatewayState,
  recorded,
  unchanged,
  type ViewBaseline,
} from "./gateway-state.ts";
import { climb } from "./ladder.ts";
import {
  estimatedAgeMsMax,
  provableAgeMsMax,
  viewAgeAllowanceMs,
  viewAgeMsMax,
  viewBaselineMs,
  viewWorstMs,
} from "./limits.ts";
import { areCentred, type StickFrame } from "./pilot-channel.ts";
import { latchStop } from "./stop.ts";

type FrameEvent = Extract<GatewayEvent, { kind: "frame-received" }>;

const drop = (state: GatewayState, frame: StickFrame, cause: string): Change => ({
  state,
  effects: [recorded({ kind: "frame-dropped", cause, sequence: frame.sequence })],
});

/**
 * [LG1] [LG3] [LG5] A stick frame came in. It is here that a stick is refused: a frame that fails
 * any test is dropped with its cause, and what acted before goes on ageing.
 */
export function receiveFrame(state: GatewayState, event: FrameEvent): Change {
  const { frame } = event;
  const lease = heldLease(state);
  if (!lease) return drop(state, frame, "no-lease");
  if (state.peer.state !== "open" || !state.peer.proved) return drop(state, frame, "not-proved");
  if (frame.leaseEpoch !== lease.epoch) return drop(state, frame, "wrong-epoch");
  // [LG4] A wish to stop is obeyed whatever its age, so it is read before anything else.
  const stopped = latchStop(state, frame.stopSequence, event.atMs);
  const heard = receiveSticks(stopped.state, event);
  return { state: heard.state, effects: [...stopped.effects, ...heard.effects] };
}

function receiveSticks(state: GatewayState, { frame, atMs }: FrameEvent): Change {
  // When it came is not known, and the clocks are not compared by it.
  if (isWaking(state, atMs)) return drop(state, frame, "waking");
  // [LG5] The newest only: what was overtaken on the way is never acted on.
  if (state.acting && frame.sequence <= state.acting.frame.sequence) {
    return drop(state, frame, "overtaken");
  }
  // [LG1] (b) A beacon bounds the age of what was sampled after it, and of nothing else.
  if (frame.beaconAtBrowserMs > frame.sampledAtBrowserMs) {
    return drop(state, frame, "beacon-after-sample");
  }
  const beacon = state.beacons.find(({ sequence }) => sequence === frame.beaconSequence);
  if (!beacon) return drop(state, frame, "unknown-beacon");
  const clock = addExchange(state.clock, {
    beaconSentAtMs: beacon.atMs,
    beaconAtBrowserMs: frame.beaconAtBrowserMs,
    frameSentAtBrowserMs: frame.sentAtBrowserMs,
    frameAtMs: atMs,
  });
  const settled = { ...state, clock };
  if (!clock.estimate) return drop(settled, frame, "clock-unsettled");
  return judge(settled, { frame, atMs, provableSinceMs: beacon.atMs }, clock.estimate);
}

type Arrival = { frame: StickFrame; atMs: MonotonicMs; provableSinceMs: MonotonicMs };

function judge(state: GatewayState, arrival: Arrival, estimate: ClockEstimate): Change {
  const { frame, atMs, provableSinceMs } = arrival;
  // The estimate may put a sample ahead of its receipt by its own error; it is not negative news.
  const sampledAtMs = monotonicMs(Math.min(atMs, frame.sampledAtBrowserMs + estimate.offsetMs));
  const isProvablyOld = atMs - provableSinceMs > provableAgeMsMax;
  const ageMs = isProvablyOld ? Number.POSITIVE_INFINITY : atMs - sampledAtMs + estimate.marginMs;
  const ladder = climb(state.ladder, { ageMs, centred: areCentred(frame.sticks) });
  if (isProvablyOld) return drop({ ...state, ladder }, frame, "provable-age");
  if (ageMs > estimatedAgeMsMax) return drop({ ...state, ladder }, frame, "estimated-age");

  const viewSinceMs = state.poses.find(
    ({ sequence }) => sequence === frame.shownPoseSequence,
  )?.atMs;
  const view = gatherView(state.view, viewSinceMs, atMs);
  const acting = { frame, sampledAtMs, provableSinceMs, viewSinceMs };
  return unchanged({ ...state, ladder, acting, view });
}

/**
 * [LG3] Gathers the view's age over the lease's first ten seconds, then keeps the median. [LG6] Of
 * the last ten seconds it keeps the worst.
 */
function gatherView(
  view: ViewBaseline | undefined,
  viewSinceMs: MonotonicMs | undefined,
  atMs: MonotonicMs,
): ViewBaseline | undefined {
  if (viewSinceMs === undefined) return view;
  const ageMs = atMs - viewSinceMs;
  const known = view ?? { sinceMs: atMs, ages: [], medianMs: undefined, worst: [] };
  const isWorse = (one: ViewBaseline["worst"][number]): boolean =>
    one.ageMs > ageMs && atMs - one.atMs <= viewWorstMs;
  const worst = [...known.worst.filter(isWorse), { ageMs, atMs }];
  if (known.medianMs !== undefined) return { ...known, worst };
  if (atMs - known.sinceMs <= viewBaselineMs) {
    return { ...known, worst, ages: [...known.ages, ageMs] };
  }
  return { ...known, worst, ages: [], medianMs: medianOf(known.ages) };
}

const medianOf = (ages: readonly number[]): number =>
  ages.toSorted((a, b) => a - b)[Math.floor(ages.length / 2)] ?? 0;

/**
 * [LG3] The age of the view at which the sticks lock. Once the ten seconds are over their median
 * counts, whether or not a frame has come since.
 */
export function viewAgeMsLimit(view: ViewBaseline | undefined, atMs: MonotonicMs): number {
  if (!view || atMs - view.sinceMs <= viewBaselineMs) return viewAgeMsMax;
  return Math.min(viewAgeMsMax, (view.medianMs ?? medianOf(view.ages)) + viewAgeAllowanceMs);
}

import type { BayStateView, BayView } from "@pista/contracts";
import type { LiveView } from "../live/live-client.ts";

const joined = new WeakMap<BayStateView, { bay: BayView; joined: BayView }>();

/** An unchanged bay stays the same object, so that its row in a list is not drawn again. */
export function joinBays(bays: readonly BayView[], stream: LiveView<"bays">): readonly BayView[] {
  if (stream.state !== "known") return bays;
  return bays.map((bay) => {
    const state = stream.entries.get(bay.id);
    if (!state) return bay;
    const known = joined.get(state);
    if (known?.bay === bay) return known.joined;
    const confidence = confidenceOf(bay, state);
    const made = { ...bay, ...state, confidence, faults: faultsOf(bay, state) };
    joined.set(state, { bay, joined: made });
    return made;
  });
}

/** Whether the list and the stream's snapshot name the same bays: otherwise the list is old. */
export const isOfSameBays = (
  bays: readonly BayView[],
  entries: ReadonlyMap<string, BayStateView>,
): boolean => bays.length === entries.size && bays.every(({ id }) => entries.has(id));

/** Confidence also falls by time alone, which only a fetch tells: of the same news the later is lower. */
const confidenceOf = (bay: BayView, state: BayStateView): number =>
  bay.observedAt === state.observedAt && bay.state === state.state
    ? Math.min(bay.confidence, state.confidence)
    : state.confidence;

/** Faults come with a fetch alone; one that the stream disproves is not shown until the next. */
const faultsOf = (bay: BayView, { state }: BayStateView): BayView["faults"] =>
  state === "unknown" ? bay.faults : bay.faults.filter(({ kind }) => kind !== "silent");

export type BayCount = {
  readonly total: number;
  readonly free: number;
  readonly occupied: number;
  readonly unknown: number;
  /** Of the unknown ones; undefined where one of them was never heard. */
  readonly oldestMs: number | undefined;
};

/** [BS2] Unknown is counted for itself: it is neither free nor occupied, and never zero. */
export function countBays(bays: readonly BayView[], nowMs: number): BayCount {
  const of = (state: BayView["state"]): readonly BayView[] =>
    bays.filter((bay) => bay.state === state);
  const unknown = of("unknown");
  const ages = unknown.map(({ observedAt }) =>
    observedAt === null ? Number.POSITIVE_INFINITY : nowMs - Date.parse(observedAt),
  );
  const oldestMs = Math.max(0, ...ages);
  return {
    total: bays.length,
    free: of("free").length,
    occupied: of("occupied").length,
    unknown: unknown.length,
    oldestMs: Number.isFinite(oldestMs) ? oldestMs : undefined,
  };
}

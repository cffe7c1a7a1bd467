import type { BayStateView, BayView, SensorFaultView } from "@pista/contracts";
import {
  type AssetId,
  type BoundingBox,
  type Clock,
  type EpochMs,
  fail,
  formatRfc3339,
  type LngLat,
  ok,
  type Result,
} from "@pista/kernel";
import {
  applyReport,
  type Bay,
  type BayEvidence,
  type BayId,
  type BayReport,
  bayCentre,
  bayStateAt,
  type Contradiction,
  faultsAt,
  silentFromMs,
  type ZoneId,
} from "@pista/parking";
import { type BayEntry, createBayEntries } from "./bay-entries.ts";
import { type Changes, createChanges } from "./changes.ts";
import { createDueSlots, type DueSlots } from "./due-slots.ts";
import { faultView } from "./fault-view.ts";

export type TooManyBays = { readonly kind: "too-many-bays"; readonly detail: string };

/** Every bay with the newest evidence, in memory: pages and streams never wait for the store. */
export interface BayBoard {
  readonly changes: Changes<BayStateView>;
  /** Where bays have begun, ended or moved: lists of these places have to be asked for anew. */
  readonly redrawn: Changes<LngLat>;
  /** A bay that is there already is drawn anew and keeps what is known of it. */
  add(bay: Bay, evidence: BayEvidence | undefined): void;
  bind(bayId: BayId, deviceId: AssetId, atMs: EpochMs): void;
  /** Its bay keeps what is known of it, until silence makes that unknown (BS2). */
  release(deviceId: AssetId): void;
  remove(bayId: BayId): void;
  /** Whoever has added and removed tells of it, once for all. */
  tellRedrawn(places: readonly LngLat[]): void;
  bay(bayId: BayId): Bay | undefined;
  bayOf(deviceId: AssetId): Bay | undefined;
  /** When the device was last heard of its bay, RFC 3339; undefined when it never was. */
  lastReportAt(deviceId: AssetId): string | undefined;
  /** [IN1] Call it only with what is durable. */
  apply(reports: readonly BayReport[]): void;
  list(box: BoundingBox | undefined): Result<readonly BayView[], TooManyBays>;
  states(box: BoundingBox | undefined): Result<readonly BayStateView[], TooManyBays>;
  position(bayId: string): LngLat | undefined;
  /** Every bay with its newest evidence, for whoever counts. */
  standings(): Iterable<{ readonly bay: Bay; readonly evidence: BayEvidence | undefined }>;
  /** The bays that a sensor watches. */
  watchedBays(): ReadonlyMap<ZoneId, readonly BayId[]>;
  /** [BS4] Takes in who of these bays contradicts the neighbours; the others do no more. */
  judge(bayIds: readonly BayId[], contradicting: ReadonlyMap<BayId, Contradiction>): void;
  /** [BS2] Tells of the bays that silence has made unknown since the last sweep. */
  sweep(): void;
}

/** Of a city that falls silent in one moment; its rest is told by the sweeps that follow. */
const sweptMax = 10_000;

/** One answer holds no more bays than this: some 3 MB, and a screen full of dots on any map. */
export const baysPerBoxMax = 20_000;

const tooMany: Result<never, TooManyBays> = fail({
  kind: "too-many-bays",
  detail: `More than ${baysPerBoxMax} bays lie there: ask for a smaller bbox.`,
});

export function createBayBoard(clock: Clock): BayBoard {
  const entries = createBayEntries();
  const silences = createDueSlots<BayEntry>();
  const changes = createChanges<BayStateView>();
  const redrawn = createChanges<LngLat>();

  const all = (): readonly BayEntry[] | undefined =>
    entries.size > baysPerBoxMax ? undefined : [...entries.all()];
  const within = <View>(
    box: BoundingBox | undefined,
    view: (entry: BayEntry) => View,
  ): Result<readonly View[], TooManyBays> => {
    const found = box ? entries.within(box, baysPerBoxMax) : all();
    return found ? ok(found.map(view)) : tooMany;
  };
  const stateView = (entry: BayEntry): BayStateView => stateViewAt(entry, clock.nowMs());
  return {
    changes,
    redrawn,
    add: (bay, evidence) => awaitSilence(silences, entries.put(bay, evidence), clock.nowMs()),
    bind: entries.bind,
    release(deviceId) {
      const entry = entries.release(deviceId);
      if (entry) changes.tell([stateView(entry)]);
    },
    remove: entries.remove,
    tellRedrawn: redrawn.tell,
    bay: (bayId) => entries.of(bayId)?.bay,
    bayOf: (deviceId) => entries.ofDevice(deviceId)?.bay,
    lastReportAt(deviceId) {
      const { bay, evidence } = entries.ofDevice(deviceId) ?? {};
      if (!evidence || evidence.receivedAtMs < (bay?.watchedSinceMs ?? 0)) return undefined;
      return formatRfc3339(evidence.receivedAtMs);
    },
    apply(reports) {
      const changed = new Set<BayEntry>();
      for (const report of reports) {
        const entry = entries.of(report.bayId);
        if (!entry) continue;
        const evidence = applyReport(entry.evidence, report);
        if (evidence === entry.evidence) continue;
        entry.evidence = evidence;
        changed.add(entry);
      }
      for (const entry of changed) awaitSilence(silences, entry, clock.nowMs());
      changes.tell([...changed].map(stateView));
    },
    list: (box) => within(box, (entry) => bayViewAt(entry, clock.nowMs())),
    states: (box) => within(box, stateView),
    standings: () => entries.all(),
    position(bayId) {
      const entry = entries.of(bayId);
      return entry && bayCentre(entry.bay);
    },
    watchedBays: () => watchedBays(entries.all()),
    judge(bayIds, contradicting) {
      const judged = bayIds.flatMap((id) => entries.of(id) ?? []);
      const changed = judged.filter((entry) => isJudgedAnew(entry, contradicting));
      for (const entry of judged) entry.contradiction = contradicting.get(entry.bay.bayId);
      changes.tell(changed.map(stateView));
    },
    sweep: () => changes.tell(takeSilent(silences, clock.nowMs()).map(stateView)),
  };
}

/**
 * Files a bay under the moment of its silence, unless it is filed already: what is heard meanwhile
 * moves the moment, and whoever finds it there too early files it again.
 */
function awaitSilence(silences: DueSlots<BayEntry>, entry: BayEntry, nowMs: EpochMs): void {
  const { evidence, awaitsSilence } = entry;
  if (awaitsSilence || !evidence || silentFromMs(evidence) <= nowMs) return;
  entry.awaitsSilence = true;
  silences.put(entry, silentFromMs(evidence));
}

function takeSilent(silences: DueSlots<BayEntry>, nowMs: EpochMs): readonly BayEntry[] {
  return silences.take(nowMs, sweptMax).filter((entry) => {
    entry.awaitsSilence = false;
    awaitSilence(silences, entry, nowMs);
    return entry.evidence && !entry.awaitsSilence;
  });
}

function watchedBays(entries: Iterable<BayEntry>): ReadonlyMap<ZoneId, readonly BayId[]> {
  const zones = new Map<ZoneId, BayId[]>();
  for (const { bay } of entries) {
    if (!bay.deviceId) continue;
    const zone = zones.get(bay.zoneId);
    if (zone) zone.push(bay.bayId);
    else zones.set(bay.zoneId, [bay.bayId]);
  }
  return zones;
}

/** Its confidence is another then. */
const isJudgedAnew = (
  { bay, contradiction }: BayEntry,
  contradicting: ReadonlyMap<BayId, Contradiction>,
): boolean => (contradiction !== undefined) !== contradicting.has(bay.bayId);

const faultsOf = ({ bay, evidence, contradiction }: BayEntry, nowMs: EpochMs): SensorFaultView[] =>
  bay.deviceId ? faultsAt(evidence, nowMs, contradiction).map(faultView) : [];

function stateViewAt({ bay, evidence, contradiction }: BayEntry, nowMs: EpochMs): BayStateView {
  const { state, confidence } = bayStateAt(evidence, nowMs, contradiction);
  return {
    id: bay.bayId,
    state,
    confidence: Math.round(confidence * 1_000) / 1_000,
    observedAt: evidence ? formatRfc3339(evidence.observedAtMs) : null,
    receivedAt: evidence ? formatRfc3339(evidence.receivedAtMs) : null,
  };
}

function bayViewAt(entry: BayEntry, nowMs: EpochMs): BayView {
  const { bay } = entry;
  const [from, to] = bay.kerb;
  return {
    ...stateViewAt(entry, nowMs),
    zoneId: bay.zoneId,
    label: bay.label,
    kerb: [
      [from.lngDeg, from.latDeg],
      [to.lngDeg, to.latDeg],
    ],
    hasSensor: bay.deviceId !== undefined,
    faults: faultsOf(entry, nowMs),
  };
}

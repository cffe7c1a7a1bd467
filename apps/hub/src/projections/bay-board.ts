import type { BayStateView, BayView } from "@pista/contracts";
import {
  type AssetId,
  type BoundingBox,
  type Clock,
  type EpochMs,
  epochMs,
  formatRfc3339,
  isWithin,
} from "@pista/kernel";
import {
  applyReport,
  type Bay,
  type BayEvidence,
  type BayId,
  type BayReport,
  bayCentre,
  bayStateAt,
} from "@pista/parking";
import { type Changes, createChanges } from "./changes.ts";

/** Every bay with the newest evidence, in memory: pages and streams never wait for the store. */
export interface BayBoard {
  readonly changes: Changes<BayStateView>;
  add(bay: Bay, evidence: BayEvidence | undefined): void;
  bind(bayId: BayId, deviceId: AssetId): void;
  bay(bayId: BayId): Bay | undefined;
  bayOf(deviceId: AssetId): Bay | undefined;
  /** When the device was last heard, RFC 3339; undefined when its bay never was. */
  lastReportAt(deviceId: AssetId): string | undefined;
  /** [IN1] Call it only with what is durable. */
  apply(reports: readonly BayReport[]): void;
  list(box: BoundingBox | undefined): readonly BayView[];
  states(box: BoundingBox | undefined): readonly BayStateView[];
  isWithin(bayId: string, box: BoundingBox): boolean;
  /** [BS2] Tells of the bays that silence has made unknown since the last sweep. */
  sweep(): void;
}

type Entry = { bay: Bay; evidence: BayEvidence | undefined; toldState: BayStateView["state"] };

export function createBayBoard(clock: Clock): BayBoard {
  const entries = new Map<string, Entry>();
  const byDevice = new Map<AssetId, BayId>();
  const changes = createChanges<BayStateView>();

  const stateView = (entry: Entry): BayStateView => stateViewAt(entry, clock.nowMs());
  const within = (box: BoundingBox | undefined): Entry[] =>
    [...entries.values()].filter(({ bay }) => !box || isWithin(bayCentre(bay), box));

  return {
    changes,
    add(bay, evidence) {
      const state = bayStateAt(evidence, clock.nowMs()).state;
      entries.set(bay.bayId, { bay, evidence, toldState: state });
      if (bay.deviceId) byDevice.set(bay.deviceId, bay.bayId);
    },
    bind(bayId, deviceId) {
      const entry = entries.get(bayId);
      if (!entry) return;
      entry.bay = { ...entry.bay, deviceId };
      byDevice.set(deviceId, bayId);
    },
    bay: (bayId) => entries.get(bayId)?.bay,
    bayOf: (deviceId) => entries.get(byDevice.get(deviceId) ?? "")?.bay,
    lastReportAt(deviceId) {
      const evidence = entries.get(byDevice.get(deviceId) ?? "")?.evidence;
      return evidence && formatRfc3339(evidence.receivedAtMs);
    },
    apply(reports) {
      const changed = new Map<string, BayStateView>();
      for (const report of reports) {
        const entry = entries.get(report.bayId);
        if (!entry) continue;
        const evidence = applyReport(entry.evidence, report);
        if (evidence === entry.evidence) continue;
        entry.evidence = evidence;
        const view = stateView(entry);
        entry.toldState = view.state;
        changed.set(view.id, view);
      }
      changes.tell([...changed.values()]);
    },
    list: (box) => within(box).map((entry) => ({ ...stateView(entry), ...placeOf(entry.bay) })),
    states: (box) => within(box).map(stateView),
    isWithin(bayId, box) {
      const entry = entries.get(bayId);
      return entry !== undefined && isWithin(bayCentre(entry.bay), box);
    },
    sweep() {
      const silent: BayStateView[] = [];
      for (const entry of entries.values()) {
        if (entry.toldState === "unknown") continue;
        const { state } = bayStateAt(entry.evidence, epochMs(clock.nowMs()));
        if (state !== "unknown") continue;
        entry.toldState = state;
        silent.push(stateView(entry));
      }
      changes.tell(silent);
    },
  };
}

function stateViewAt({ bay, evidence }: Entry, nowMs: EpochMs): BayStateView {
  const { state, confidence } = bayStateAt(evidence, nowMs);
  return {
    id: bay.bayId,
    state,
    confidence: Math.round(confidence * 1_000) / 1_000,
    observedAt: evidence ? formatRfc3339(evidence.observedAtMs) : null,
    receivedAt: evidence ? formatRfc3339(evidence.receivedAtMs) : null,
  };
}

function placeOf(bay: Bay): Omit<BayView, keyof BayStateView> {
  const [from, to] = bay.kerb;
  return {
    zoneId: bay.zoneId,
    label: bay.label,
    kerb: [
      [from.lngDeg, from.latDeg],
      [to.lngDeg, to.latDeg],
    ],
    hasSensor: bay.deviceId !== undefined,
  };
}

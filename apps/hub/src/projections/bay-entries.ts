import type { AssetId, BoundingBox, EpochMs } from "@pista/kernel";
import { type Bay, type BayEvidence, bayCentre, type Contradiction } from "@pista/parking";
import { createBayGrid } from "./bay-grid.ts";

/** What the board remembers of a bay. */
export type BayEntry = {
  bay: Bay;
  evidence: BayEvidence | undefined;
  contradiction: Contradiction | undefined;
  /** Whether it is filed among those that will fall silent. */
  awaitsSilence: boolean;
};

/** The entries of every bay, found by id, by sensor and by place. */
export interface BayEntries {
  readonly size: number;
  all(): IterableIterator<BayEntry>;
  of(bayId: string): BayEntry | undefined;
  ofDevice(deviceId: AssetId): BayEntry | undefined;
  /** Undefined where more than `countMax` lie in the box. */
  within(box: BoundingBox, countMax: number): readonly BayEntry[] | undefined;
  /** A bay that is there already is drawn anew and keeps what is known of it. */
  put(drawn: Bay, evidence: BayEvidence | undefined): BayEntry;
  bind(bayId: string, deviceId: AssetId, atMs: EpochMs): void;
  /** The bay that the sensor watched, if it did, keeps what is known of it. */
  release(deviceId: AssetId): BayEntry | undefined;
  remove(bayId: string): void;
}

export function createBayEntries(): BayEntries {
  const entries = new Map<string, BayEntry>();
  const byDevice = new Map<AssetId, BayEntry>();
  const grid = createBayGrid<BayEntry>(({ bay }) => bayCentre(bay));
  return {
    get size() {
      return entries.size;
    },
    all: () => entries.values(),
    of: (bayId) => entries.get(bayId),
    ofDevice: (deviceId) => byDevice.get(deviceId),
    within: (box, countMax) => grid.within(box, countMax),
    put(drawn, evidence) {
      const known = entries.get(drawn.bayId);
      // A bay that is drawn anew may lie elsewhere; its place among the silences stays its own.
      if (known) grid.remove(known);
      const entry = known ?? newEntry(drawn, evidence);
      if (known && !drawn.deviceId) {
        const { deviceId, watchedSinceMs } = known.bay;
        entry.bay = { ...drawn, deviceId, watchedSinceMs };
      } else entry.bay = drawn;
      entries.set(drawn.bayId, entry);
      grid.add(entry);
      if (entry.bay.deviceId) byDevice.set(entry.bay.deviceId, entry);
      return entry;
    },
    bind(bayId, deviceId, watchedSinceMs) {
      const entry = entries.get(bayId);
      if (!entry) return;
      entry.bay = { ...entry.bay, deviceId, watchedSinceMs };
      byDevice.set(deviceId, entry);
    },
    release(deviceId) {
      const entry = byDevice.get(deviceId);
      if (!entry) return undefined;
      byDevice.delete(deviceId);
      entry.bay = { ...entry.bay, deviceId: undefined, watchedSinceMs: undefined };
      // It was the sensor that contradicted its neighbours.
      entry.contradiction = undefined;
      return entry;
    },
    remove(bayId) {
      const entry = entries.get(bayId);
      if (!entry) return;
      if (entry.bay.deviceId) byDevice.delete(entry.bay.deviceId);
      grid.remove(entry);
      entries.delete(bayId);
      // It may still be filed under its silence, of which nobody is to be told.
      entry.evidence = undefined;
    },
  };
}

const newEntry = (bay: Bay, evidence: BayEvidence | undefined): BayEntry => ({
  bay,
  evidence,
  contradiction: undefined,
  awaitsSilence: false,
});

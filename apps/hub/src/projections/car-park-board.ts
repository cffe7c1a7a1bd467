import type { CarParkView } from "@pista/contracts";
import { type BoundingBox, type Clock, type EpochMs, formatRfc3339, isWithin } from "@pista/kernel";
import { type CarPark, isCarParkSilent } from "@pista/parking";
import { type Changes, createChanges } from "./changes.ts";

export interface CarParkBoard {
  readonly changes: Changes<CarParkView>;
  /** Takes readings in; one that is older than what is known changes nothing. */
  put(carParks: readonly CarPark[]): void;
  list(box: BoundingBox | undefined): readonly CarParkView[];
  /** When the newest reading of all was observed. */
  newestAtMs(): EpochMs | undefined;
  /** [BS2] Tells of the car parks whose figures silence has made stale since the last sweep. */
  sweep(): void;
}

export function createCarParkBoard(clock: Clock): CarParkBoard {
  const carParks = new Map<string, CarPark>();
  const toldFresh = new Set<string>();
  const changes = createChanges<CarParkView>();

  const tell = (told: readonly CarPark[]): void => {
    const views = told.map((carPark) => viewAt(carPark, clock.nowMs()));
    for (const { id, isStale } of views) {
      if (isStale) toldFresh.delete(id);
      else toldFresh.add(id);
    }
    changes.tell(views);
  };

  return {
    changes,
    put(readings) {
      const newer = readings.filter(
        (reading) => (carParks.get(reading.carParkId)?.observedAtMs ?? 0) <= reading.observedAtMs,
      );
      for (const reading of newer) carParks.set(reading.carParkId, reading);
      tell(newer);
    },
    list(box) {
      const within = [...carParks.values()].filter(
        ({ position }) => !box || isWithin(position, box),
      );
      return within.map((carPark) => viewAt(carPark, clock.nowMs()));
    },
    newestAtMs() {
      if (carParks.size === 0) return undefined;
      const all = [...carParks.values()].map(({ observedAtMs }) => observedAtMs);
      return all.reduce((newest, one) => (one > newest ? one : newest));
    },
    sweep() {
      const nowMs = clock.nowMs();
      tell(
        [...carParks.values()].filter(
          (carPark) => toldFresh.has(carPark.carParkId) && isCarParkSilent(carPark, nowMs),
        ),
      );
    },
  };
}

const instantOf = (atMs: EpochMs | undefined): string | null =>
  atMs === undefined ? null : formatRfc3339(atMs);

const viewAt = (carPark: CarPark, nowMs: EpochMs): CarParkView => ({
  id: carPark.carParkId,
  name: carPark.name,
  position: [carPark.position.lngDeg, carPark.position.latDeg],
  spaces: carPark.spaces,
  freeSpaces: carPark.freeSpaces ?? null,
  isStale: isCarParkSilent(carPark, nowMs),
  tendency: isCarParkSilent(carPark, nowMs) ? "unknown" : carPark.tendency,
  observedAt: formatRfc3339(carPark.observedAtMs),
  publishedAt: instantOf(carPark.publishedAtMs),
  receivedAt: instantOf(carPark.receivedAtMs),
  source: carPark.source,
});

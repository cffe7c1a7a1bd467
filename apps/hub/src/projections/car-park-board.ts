import type { CarParkView } from "@pista/contracts";
import { type BoundingBox, epochMs, formatRfc3339, isWithin } from "@pista/kernel";
import type { CarPark } from "@pista/parking";
import { type Changes, createChanges } from "./changes.ts";

export interface CarParkBoard {
  readonly changes: Changes<CarParkView>;
  /** Takes readings in; one that is older than what is known changes nothing. */
  put(carParks: readonly CarPark[]): void;
  list(box: BoundingBox | undefined): readonly CarParkView[];
}

export function createCarParkBoard(): CarParkBoard {
  const carParks = new Map<string, CarPark>();
  const changes = createChanges<CarParkView>();
  return {
    changes,
    put(readings) {
      const newer = readings.filter(
        (reading) => (carParks.get(reading.carParkId)?.observedAtMs ?? 0) <= reading.observedAtMs,
      );
      for (const reading of newer) carParks.set(reading.carParkId, reading);
      changes.tell(newer.map(viewOf));
    },
    list: (box) =>
      [...carParks.values()].filter(({ position }) => !box || isWithin(position, box)).map(viewOf),
  };
}

const viewOf = (carPark: CarPark): CarParkView => ({
  id: carPark.carParkId,
  name: carPark.name,
  position: [carPark.position.lngDeg, carPark.position.latDeg],
  spaces: carPark.spaces,
  freeSpaces: carPark.freeSpaces ?? null,
  tendency: carPark.tendency,
  observedAt: formatRfc3339(epochMs(carPark.observedAtMs)),
  source: carPark.source,
});

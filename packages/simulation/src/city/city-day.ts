import { assert, createRandom, type Random } from "@pista/kernel";
import type { BayId } from "@pista/parking";
import { demonstrationBays } from "./demonstration.ts";

export type CityEvent = {
  readonly bayId: BayId;
  readonly state: "free" | "occupied";
  /** Since the day began. */
  readonly atMs: number;
};

export interface CityDay {
  /** The next arrival or departure, in order of time. It never ends. */
  next(): CityEvent;
}

/**
 * The demonstration's pace: a vehicle stays about a minute and a half and a free bay waits about a
 * minute, so that over 24 bays something changes every three seconds or so. A real kerb turns over
 * fifty times as slowly.
 */
const stayMs = { shortest: 30_000, mean: 95_000 };
const vacancyMs = { shortest: 10_000, mean: 60_000 };

/** At least the shortest, and beyond that exponential: parking without appointments. */
const drawMs = (random: Random, span: { shortest: number; mean: number }): number =>
  span.shortest - Math.log(1 - random.next()) * (span.mean - span.shortest);

/**
 * One day of the street, from one seed. Each bay draws from a generator of its own. The first event
 * of each bay tells how the day finds it.
 */
export function createCityDay(seed: number): CityDay {
  const random = createRandom(seed);
  const bays = demonstrationBays.map(({ bayId }) => {
    const own = random.fork();
    const share = stayMs.mean / (stayMs.mean + vacancyMs.mean);
    const state: CityEvent["state"] = own.chance(share) ? "occupied" : "free";
    return { bayId, own, state, atMs: 0 };
  });
  return {
    next() {
      const [first, ...rest] = bays;
      assert(first !== undefined, "The demonstration has bays.");
      const bay = rest.reduce(
        (soonest, other) => (other.atMs < soonest.atMs ? other : soonest),
        first,
      );
      const event: CityEvent = { bayId: bay.bayId, state: bay.state, atMs: bay.atMs };
      bay.atMs += drawMs(bay.own, bay.state === "occupied" ? stayMs : vacancyMs);
      bay.state = bay.state === "occupied" ? "free" : "occupied";
      return event;
    },
  };
}

import { assert, type Weekday } from "@pista/kernel";
import { type BayId, bayId } from "@pista/parking";
import { createBaySensor, type Restart, type Uplink } from "./bay-sensor.ts";
import { kerbAtMidnight, nextTruth } from "./kerb-life.ts";
import { sensorFaultOf, sensorRandom } from "./sensor-fault.ts";
import type { StreetLife } from "./street-life.ts";

/** What the model needs to know of a bay; where it lies makes no difference to it. */
export type CityBay = {
  readonly bayId: string;
  /** The sensor that watches it. */
  readonly deviceId: string;
  readonly life: StreetLife;
};

/** What happens at the kerb, and what its sensors make of it. Times count from midnight. */
export type CityEvent = { readonly bayId: BayId } & (
  | {
      readonly kind: "arrival";
      readonly atMs: number;
      readonly leavesAtMs: number;
      /** The truth, which no sensor tells: false for an evader. */
      readonly paid: boolean;
    }
  | { readonly kind: "departure"; readonly atMs: number }
  | Restart
  | Uplink
);

export interface CityDay {
  /** The next event, in order of time. It never ends: the days of the week follow one another. */
  next(): CityEvent;
}

/** Events are worked out so far ahead and put in order; it changes nothing but the cost. */
const sliceMs = 60_000;

/**
 * The city from midnight of a day, from one seed: the same seed gives the same day. Each bay draws
 * from a generator of its own, by its sensor's name, so that other bays do not shift it. First each
 * bay tells how midnight finds it.
 */
export function createCityDay(options: {
  readonly seed: number;
  readonly bays: readonly CityBay[];
  readonly weekday: Weekday;
}): CityDay {
  assert(options.bays.length > 0, "A city has bays.");
  const bays = options.bays.map((bay) => createBay(bay, options));
  let slice: CityEvent[] = bays.flatMap((bay) => bay.atMidnight());
  let read = 0;
  let sliceEndMs = 0;
  return {
    next() {
      for (;;) {
        const event = slice[read];
        if (event) {
          read++;
          return event;
        }
        read = 0;
        sliceEndMs += sliceMs;
        // The sort keeps the order of what happens in one instant.
        slice = bays.flatMap((bay) => bay.until(sliceEndMs)).sort((a, b) => a.atMs - b.atMs);
      }
    },
  };
}

type LivingBay = {
  atMidnight(): readonly CityEvent[];
  until(endMs: number): readonly CityEvent[];
};

const nothing: readonly CityEvent[] = [];

function createBay(bay: CityBay, city: { seed: number; weekday: Weekday }): LivingBay {
  const id = bayId(bay.bayId);
  const fault = sensorFaultOf(bay.deviceId, city.seed);
  const own = sensorRandom(bay.deviceId, city.seed);
  const kerb = { random: own.fork(), life: bay.life, firstDay: city.weekday };
  let truth = kerbAtMidnight(kerb);
  const sensor = createBaySensor(own.fork(), { fault, first: truth.state });

  const told = (atMs: number): CityEvent =>
    truth.state === "occupied"
      ? { kind: "arrival", bayId: id, atMs, leavesAtMs: truth.untilMs, paid: truth.paid }
      : { kind: "departure", bayId: id, atMs };
  const named = (sent: readonly (Restart | Uplink)[]): CityEvent[] =>
    sent.map((event) => ({ ...event, bayId: id }));
  const turn = (): readonly CityEvent[] => {
    const atMs = truth.untilMs;
    truth = nextTruth(kerb, truth);
    return [told(atMs), ...named(sensor.see(atMs, truth.state))];
  };

  return {
    atMidnight() {
      return [...(truth.state === "occupied" ? [told(0)] : []), ...named(sensor.wake())];
    },
    until(endMs) {
      if (truth.untilMs >= endMs && sensor.wakesAtMs >= endMs) return nothing;
      const events: CityEvent[] = [];
      while (Math.min(truth.untilMs, sensor.wakesAtMs) < endMs) {
        events.push(...(truth.untilMs <= sensor.wakesAtMs ? turn() : named(sensor.wake())));
      }
      return events;
    },
  };
}

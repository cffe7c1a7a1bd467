import type { Cancel, Clock } from "@pista/kernel";
import type { CityDay, CityEvent } from "@pista/simulation";

/** What the street needs of a sensor. */
export interface BaySensor {
  observe(state: CityEvent["state"]): void;
  signOfLifeAfter(silenceMs: number): void;
}

/** Five minutes of silence would make a bay unknown to whoever counts on signs of life. */
const silenceMs = 4 * 60_000;
const signOfLifeCheckMs = 10_000;

/** Plays a day on the sensors that stand there; bays without a sensor change unseen. */
export function startStreet(options: {
  readonly clock: Clock;
  readonly day: CityDay;
  readonly speedFactor: number;
  readonly sensors: ReadonlyMap<string, BaySensor>;
}): { stop(): void } {
  const { clock, day, speedFactor, sensors } = options;
  const startMs = clock.monotonicMs();
  let event = day.next();
  let cancelEvent: Cancel = () => {};
  let cancelCheck: Cancel = () => {};

  const dueInMs = (): number => event.atMs / speedFactor - (clock.monotonicMs() - startMs);
  const play = (): void => {
    while (dueInMs() <= 0) {
      sensors.get(event.bayId)?.observe(event.state);
      event = day.next();
    }
    cancelEvent = clock.after(dueInMs(), play);
  };
  const check = (): void => {
    for (const sensor of sensors.values()) sensor.signOfLifeAfter(silenceMs);
    cancelCheck = clock.after(signOfLifeCheckMs, check);
  };
  play();
  cancelCheck = clock.after(signOfLifeCheckMs, check);
  return {
    stop() {
      cancelEvent();
      cancelCheck();
    },
  };
}

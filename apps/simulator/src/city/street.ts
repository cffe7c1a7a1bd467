import type { Cancel, Clock } from "@pista/kernel";
import type { CityDay, CityEvent, Uplink } from "@pista/simulation";

/** What the street needs of a sensor. */
export interface StreetSensor {
  /** Late uplinks wait in the sensor, by the street's own time. */
  observe(uplink: Uplink, delayMs: number): void;
  restart(): void;
}

/** How the street fared, by the model's truth. */
export type StreetSummary = { readonly stays: number; readonly unpaid: number };

export interface Street {
  readonly summary: StreetSummary;
  stop(): void;
}

/**
 * Plays a day on the sensors that stand there, from a moment of it on: what came before is lived
 * through at once, and each sensor first says how that moment finds its bay.
 */
export function startStreet(options: {
  readonly clock: Clock;
  readonly day: CityDay;
  /** Since midnight. */
  readonly fromMs: number;
  readonly speedFactor: number;
  readonly sensors: ReadonlyMap<string, StreetSensor>;
}): Street {
  const { clock, day, fromMs, speedFactor, sensors } = options;
  const startMs = clock.monotonicMs();
  let cancel: Cancel = () => {};
  let event = day.next();

  const latest = new Map<string, Uplink>();
  for (; event.atMs <= fromMs; event = day.next()) {
    if (event.kind === "uplink") latest.set(event.bayId, event);
  }
  for (const [bayId, uplink] of latest) {
    sensors.get(bayId)?.observe({ ...uplink, copies: 1 }, 0);
  }

  const dueInMs = (): number =>
    (event.atMs - fromMs) / speedFactor - (clock.monotonicMs() - startMs);
  const play = (): void => {
    for (; dueInMs() <= 0; event = day.next()) tell(event);
    cancel = clock.after(dueInMs(), play);
  };
  let [stays, unpaid] = [0, 0];
  const tell = (told: CityEvent): void => {
    const sensor = sensors.get(told.bayId);
    if (told.kind === "uplink") sensor?.observe(told, told.delayMs / speedFactor);
    if (told.kind === "restart") sensor?.restart();
    if (told.kind !== "arrival") return;
    stays++;
    if (!told.paid) unpaid++;
  };
  play();
  return {
    get summary() {
      return { stays, unpaid };
    },
    stop: () => cancel(),
  };
}

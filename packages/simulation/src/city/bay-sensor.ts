import type { Random } from "@pista/kernel";
import { clockErrorMs, createSilence, type SensorFault } from "./sensor-fault.ts";

export type SeenState = "free" | "occupied";

/** One message of a sensor. Whoever sends it numbers and dates it. */
export type Uplink = {
  readonly kind: "uplink";
  readonly atMs: number;
  readonly state: SeenState;
  /** What the sensor's clock is ahead of the truth. */
  readonly clockErrorMs: number;
  /** A late one: so long the sensor finds no radio. Later ones may overtake it. */
  readonly delayMs: number;
  /** 2 where an acknowledgement was lost and the sensor said it again. */
  readonly copies: number;
  readonly batteryPct: number;
  readonly temperatureC: number;
  readonly rssiDbm: number;
  /** How much iron there is above the sensor: what it tells a vehicle by. */
  readonly fieldMicrotesla: number;
  /** Below 1 where the message was cut short on its way: so much of it is left. */
  readonly wholeness: number;
};

/** The sensor starts again, and counts from the beginning. */
export type Restart = { readonly kind: "restart"; readonly atMs: number };

export interface BaySensor {
  /** When it next speaks without being asked by a vehicle. */
  readonly wakesAtMs: number;
  /** The bay changed under it. */
  see(atMs: number, state: SeenState): readonly (Restart | Uplink)[];
  /** `wakesAtMs` has come. */
  wake(): readonly (Restart | Uplink)[];
}

/** Well within the silence that makes a bay unknown (BS2), as sensors on the market do it. */
export const signOfLifeMs = 20 * 60_000;
/** A flapping sensor errs again after this long, on average. */
const flapMs = 150_000;

/** Chances of what befalls one message of a sound sensor. */
export const uplinkMishaps = { duplicate: 0.02, late: 0.01, restart: 1 / 1_500, cut: 0 } as const;

/** A sensor whose fault is a mishap has it many times as often. */
function mishapsOf({ kind }: SensorFault): Record<keyof typeof uplinkMishaps, number> {
  if (kind === "repeating") return { ...uplinkMishaps, duplicate: 0.5 };
  if (kind === "late") return { ...uplinkMishaps, late: 0.5 };
  if (kind === "restarting") return { ...uplinkMishaps, restart: 0.2 };
  if (kind === "garbled") return { ...uplinkMishaps, cut: 0.3 };
  return uplinkMishaps;
}

const lateMinutes = { least: 2, most: 40 };
/** A battery lasts about three years of some sixty messages a day. */
const batteryPctPerUplink = 100 / (3 * 365 * 60);
const weakBatteryShare = 0.02;
/** Mean and standard deviation of how far the earth's field is bent, in microtesla. */
const fieldAbove = {
  free: { mean: 1.5, sigma: 1 },
  occupied: { mean: 38, sigma: 9 },
} as const;

/** A sensor in the ground, from one generator of its own. */
export function createBaySensor(
  random: Random,
  { fault, first }: { fault: SensorFault; first: SeenState },
): BaySensor {
  const mishaps = mishapsOf(fault);
  const silence = fault.kind === "silent" ? createSilence(random.fork()) : undefined;
  const usualRssiDbm = random.normal(-88, 8);
  let batteryPct = random.chance(weakBatteryShare)
    ? random.between(2, 12)
    : random.between(35, 100);
  let seen = first;
  let wakesAtMs = 0;

  const untilNextMs = (): number =>
    fault.kind === "flapping"
      ? -Math.log(1 - random.next()) * flapMs
      : signOfLifeMs * random.between(0.95, 1.05);

  const speak = (atMs: number): readonly (Restart | Uplink)[] => {
    // After midnight's first word they spread, lest all signs of life come in the same minute.
    wakesAtMs = atMs + untilNextMs() * (atMs === 0 ? random.next() : 1);
    batteryPct = Math.max(0, batteryPct - batteryPctPerUplink);
    const field = fieldAbove[seen];
    const isLate = random.chance(mishaps.late);
    const uplink: Uplink = {
      kind: "uplink",
      atMs,
      state: seen,
      clockErrorMs: clockErrorMs(fault, atMs),
      delayMs: isLate ? random.between(lateMinutes.least, lateMinutes.most) * 60_000 : 0,
      copies: random.chance(mishaps.duplicate) ? 2 : 1,
      batteryPct: toTenths(batteryPct),
      temperatureC: toTenths(temperatureAt(atMs) + random.normal(0, 0.6)),
      rssiDbm: Math.round(usualRssiDbm + random.normal(0, 3)),
      fieldMicrotesla: toTenths(Math.max(0, random.normal(field.mean, field.sigma))),
      wholeness: random.chance(mishaps.cut) ? random.next() : 1,
    };
    return random.chance(mishaps.restart) ? [{ kind: "restart", atMs }, uplink] : [uplink];
  };

  return {
    get wakesAtMs() {
      return wakesAtMs;
    },
    see(atMs, state) {
      if (fault.kind === "stuck") return [];
      seen = state;
      return silence?.endsAtMs(atMs) === undefined ? speak(atMs) : [];
    },
    wake() {
      const atMs = wakesAtMs;
      const heardAgainAtMs = silence?.endsAtMs(atMs);
      if (heardAgainAtMs !== undefined) {
        wakesAtMs = heardAgainAtMs;
        return [];
      }
      if (fault.kind === "flapping" && atMs > 0) seen = seen === "free" ? "occupied" : "free";
      return speak(atMs);
    },
  };
}

const toTenths = (value: number): number => Math.round(value * 10) / 10;

/** Coldest before dawn, warmest in the afternoon. */
const temperatureAt = (atMs: number): number =>
  15 - 6 * Math.cos(((atMs / 3_600_000 - 4) / 24) * 2 * Math.PI);

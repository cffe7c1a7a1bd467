import type { Random } from "@pista/kernel";

/** What is wrong with a sensor, for as long as it stands there. */
export type SensorFault =
  | { readonly kind: "none" }
  /** Silent for hours at a time. */
  | { readonly kind: "silent" }
  /** Says for ever what it saw first. */
  | { readonly kind: "stuck" }
  /** Sees vehicles come and go that are not there. */
  | { readonly kind: "flapping" }
  | { readonly kind: "clock-wrong"; readonly errorMs: number }
  | { readonly kind: "clock-drifting"; readonly driftMsPerHour: number };

/** Of a hundred sensors in the street, about five have something. */
export const faultShares = {
  silent: 0.015,
  stuck: 0.01,
  flapping: 0.006,
  "clock-wrong": 0.01,
  "clock-drifting": 0.01,
} as const satisfies Partial<Record<SensorFault["kind"], number>>;

export function drawFault(random: Random): SensorFault {
  let left = random.next();
  const isIn = (share: number): boolean => {
    left -= share;
    return left < 0;
  };
  const sign = random.chance(0.5) ? 1 : -1;
  if (isIn(faultShares.silent)) return { kind: "silent" };
  if (isIn(faultShares.stuck)) return { kind: "stuck" };
  if (isIn(faultShares.flapping)) return { kind: "flapping" };
  if (isIn(faultShares["clock-wrong"])) {
    return { kind: "clock-wrong", errorMs: sign * Math.round(random.between(1, 9) * 3_600_000) };
  }
  if (isIn(faultShares["clock-drifting"])) {
    return { kind: "clock-drifting", driftMsPerHour: sign * random.between(2_000, 20_000) };
  }
  return { kind: "none" };
}

/** How far the sensor's clock is from the truth. */
export function clockErrorMs(fault: SensorFault, atMs: number): number {
  if (fault.kind === "clock-wrong") return fault.errorMs;
  if (fault.kind === "clock-drifting") {
    return Math.round((fault.driftMsPerHour * atMs) / 3_600_000);
  }
  return 0;
}

/** Tells of a moment whether a silent sensor is silent then; moments come in order. */
export function createSilence(random: Random): { endsAtMs(atMs: number): number | undefined } {
  const hours = (low: number, high: number): number => random.between(low, high) * 3_600_000;
  let fromMs = hours(0, 14);
  let toMs = fromMs + hours(2, 8);
  return {
    endsAtMs(atMs) {
      while (atMs >= toMs) {
        fromMs = toMs + hours(6, 14);
        toMs = fromMs + hours(2, 8);
      }
      return atMs >= fromMs ? toMs : undefined;
    },
  };
}

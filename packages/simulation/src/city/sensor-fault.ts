import { createRandom, type Random, toUtf8 } from "@pista/kernel";

/** What is wrong with a sensor, for as long as it stands there. */
export type SensorFault =
  | {
      readonly kind:
        | "none"
        /** Silent for hours at a time. */
        | "silent"
        /** Says for ever what it saw first. */
        | "stuck"
        /** Sees vehicles come and go that are not there. */
        | "flapping"
        /** Starts again every few messages, and counts from the beginning. */
        | "restarting"
        /** Says every other message twice. */
        | "repeating"
        /** Every other message is minutes late, and overtaken. */
        | "late"
        /** Some messages are cut short, and nobody can read them. */
        | "garbled";
    }
  /** Shows only where the sensor dates what it sees: a network server dates what it receives. */
  | { readonly kind: "clock-ahead" | "clock-behind"; readonly errorMs: number }
  | { readonly kind: "clock-drifting"; readonly driftMsPerHour: number };

/** Of a hundred sensors in the street, about eight have something. */
export const faultShares = {
  silent: 0.012,
  stuck: 0.01,
  flapping: 0.006,
  restarting: 0.006,
  repeating: 0.006,
  late: 0.006,
  garbled: 0.006,
  "clock-ahead": 0.01,
  "clock-behind": 0.01,
  "clock-drifting": 0.01,
} as const satisfies Record<Exclude<SensorFault["kind"], "none">, number>;

const hourMs = 3_600_000;

/** The truth of a sensor in the city of that seed: what finds faulty ones is tested by it. */
export function sensorFaultOf(sensorId: string, seed: number): SensorFault {
  const random = sensorRandom(sensorId, seed);
  const kind = drawKind(random);
  switch (kind) {
    case "clock-ahead":
      return { kind, errorMs: Math.round(random.between(1, 9) * hourMs) };
    case "clock-behind":
      return { kind, errorMs: -Math.round(random.between(1, 9) * hourMs) };
    case "clock-drifting":
      return {
        kind,
        driftMsPerHour: (random.chance(0.5) ? 1 : -1) * random.between(2_000, 20_000),
      };
    default:
      return { kind };
  }
}

function drawKind(random: Random): SensorFault["kind"] {
  let left = random.next();
  for (const kind of Object.keys(faultShares) as (keyof typeof faultShares)[]) {
    // The cast holds: the object is a constant with these very keys.
    left -= faultShares[kind];
    if (left < 0) return kind;
  }
  return "none";
}

/** FNV-1a of seed and name: a sensor's chances depend on nothing else that stands in the city. */
export function sensorRandom(sensorId: string, seed: number): Random {
  let hash = 0x811c9dc5;
  for (const byte of toUtf8(`${seed} ${sensorId}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return createRandom(hash >>> 0);
}

/** How far the sensor's clock is from the truth. */
export function clockErrorMs(fault: SensorFault, atMs: number): number {
  if ("errorMs" in fault) return fault.errorMs;
  if ("driftMsPerHour" in fault) return Math.round((fault.driftMsPerHour * atMs) / hourMs);
  return 0;
}

/** Tells of a moment whether a silent sensor is silent then; moments come in order. */
export function createSilence(random: Random): { endsAtMs(atMs: number): number | undefined } {
  const hours = (low: number, high: number): number => random.between(low, high) * hourMs;
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

import type { EnuM, Random } from "@pista/kernel";
import type { TimeSpan } from "../link/link.ts";

/** How an indoor positioning system errs. The height is taken from elsewhere and does not. */
export type OdometryProfile = {
  /** Standard deviation of one reading. */
  readonly noiseM: number;
  /** How far the error wanders in a second, in a direction of its own that turns slowly. */
  readonly driftMps: number;
  /** A marker taken for another: the error becomes another one at once. */
  readonly jumpsAtMs: readonly number[];
  /** Drift and jumps together never err by more. */
  readonly errorMMax: number;
  /** While one lasts, it says nothing. */
  readonly gaps: readonly TimeSpan[];
  /** While one lasts, it says that it is unsure. */
  readonly unsure: readonly (TimeSpan & { readonly sigmaM: number })[];
  /** What it says of itself otherwise; an autopilot may not tell. */
  readonly saysSigmaM: number | undefined;
};

export type OdometryReading = { readonly position: EnuM; readonly sigmaM: number | undefined };

export interface Odometry {
  /** Readings are asked for in order of time; undefined while it is silent. */
  read(truth: EnuM, atMs: number): OdometryReading | undefined;
}

const isIn = ({ fromMs, toMs }: TimeSpan, atMs: number): boolean => atMs >= fromMs && atMs < toMs;

export function createOdometry(profile: OdometryProfile, random: Random): Odometry {
  const { errorMMax, driftMps, noiseM } = profile;
  let course = random.between(0, 2 * Math.PI);
  let error = { eastM: 0, northM: 0 };
  let lastMs = 0;
  let jumps = 0;

  const within = (eastM: number, northM: number): typeof error => {
    const scale = Math.min(1, errorMMax / Math.max(1e-9, Math.hypot(eastM, northM)));
    return { eastM: eastM * scale, northM: northM * scale };
  };
  const err = (atMs: number): void => {
    const wayM = (driftMps * (atMs - lastMs)) / 1_000;
    lastMs = atMs;
    course += random.normal(0, 0.1);
    error = within(error.eastM + wayM * Math.sin(course), error.northM + wayM * Math.cos(course));
    const due = profile.jumpsAtMs.filter((jumpMs) => jumpMs <= atMs).length;
    if (due === jumps) return;
    jumps = due;
    const angle = random.between(0, 2 * Math.PI);
    error = { eastM: errorMMax * Math.sin(angle), northM: errorMMax * Math.cos(angle) };
  };

  return {
    read(truth, atMs) {
      err(atMs);
      if (profile.gaps.some((gap) => isIn(gap, atMs))) return undefined;
      const eastM = error.eastM + random.normal(0, noiseM);
      const northM = error.northM + random.normal(0, noiseM);
      const noisy = within(eastM, northM);
      const unsure = profile.unsure.find((span) => isIn(span, atMs));
      return {
        position: {
          eastM: truth.eastM + noisy.eastM,
          northM: truth.northM + noisy.northM,
          upM: truth.upM,
        },
        sigmaM: unsure?.sigmaM ?? profile.saysSigmaM,
      };
    },
  };
}

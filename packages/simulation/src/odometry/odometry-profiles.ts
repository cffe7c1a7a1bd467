import type { OdometryProfile } from "./odometry.ts";

/** Kinds of indoor positioning for a demonstration, by how they err while they work. */
export const odometryProfiles = {
  /** Nothing errs: for a test that measures something else. */
  exact: { noiseM: 0, driftMps: 0, errorMMax: 0 },
  /** Fixed markers or beacons, well surveyed. */
  mild: { noiseM: 0.02, driftMps: 0.005, errorMMax: 0.1 },
  /** Cameras alone, in poor light. */
  rough: { noiseM: 0.05, driftMps: 0.05, errorMMax: 0.4 },
} as const satisfies Readonly<
  Record<string, Pick<OdometryProfile, "noiseM" | "driftMps" | "errorMMax">>
>;

export type OdometryProfileName = keyof typeof odometryProfiles;

/** ArduPilot tells nobody how sure its odometry is. */
const untold = { gaps: [], unsure: [], jumpsAtMs: [], saysSigmaM: undefined } as const;

/** A profile with the faults that are to happen in it. */
export function odometryLike(
  name: OdometryProfileName,
  faults: {
    readonly jumpAtMs?: number | undefined;
    readonly jumpM?: number | undefined;
    readonly stopAtMs?: number | undefined;
    readonly stopForMs?: number | undefined;
  } = {},
): OdometryProfile {
  const { jumpAtMs, jumpM = 0.5, stopAtMs, stopForMs = Infinity } = faults;
  const profile = odometryProfiles[name];
  return {
    ...untold,
    ...profile,
    ...(jumpAtMs === undefined
      ? {}
      : { jumpsAtMs: [jumpAtMs], errorMMax: Math.max(profile.errorMMax, jumpM) }),
    ...(stopAtMs === undefined ? {} : { gaps: [{ fromMs: stopAtMs, toMs: stopAtMs + stopForMs }] }),
  };
}

import type { EnuM, Random } from "@pista/kernel";
import { createOdometry, type OdometryProfile } from "./odometry.ts";

/** What the autopilot's filter makes of its odometry. */
export type PositionEstimate = {
  /** How far from the truth the vehicle believes itself to be. */
  readonly errorM: EnuM;
  /** The newest reading's surprise as a share of what the filter lets in: below 1 it is believed. */
  readonly innovationRatio: number;
  /**
   * "aided" by readings; "timed-out" once the position may no longer be relied on, though the
   * inertial sensors still carry it on; "unaided" when it is given up.
   */
  readonly state: "aided" | "timed-out" | "unaided";
};

export interface PositionEstimator {
  /** Asked in order of time, as often as the vehicle steps. */
  at(truth: EnuM, atMs: number): PositionEstimate;
}

/** An indoor positioning system reads at 50 Hz. */
const readingPeriodMs = 20;
/** The share of a reading's surprise that is taken over: small ones are smoothed over a fifth of a second. */
const gain = 0.1;
/** EK3_POS_I_GATE of five standard deviations at VISO_POS_M_NSE's 0.2 m. */
const gateM = 1;
/** AP_NavEKF3: posRetryTimeNoVel_ms, then tiltDriftTimeMax_ms. */
const timedOutAfterMs = 7_000;
const unaidedAfterMs = 15_000;
/** How an inertial estimate alone runs away. */
const inertialDriftMps2 = 0.02;

/**
 * The estimate that ArduPilot's EKF3 makes of external navigation, as far as others can tell: it
 * smooths, refuses a reading that is too surprising, goes on by its inertial sensors when readings
 * cease, and starts over from the next reading once it has waited too long.
 */
export function createPositionEstimator(
  profile: OdometryProfile,
  random: Random,
): PositionEstimator {
  const odometry = createOdometry(profile, random.fork());
  const course = random.between(0, 2 * Math.PI);
  let estimate: PositionEstimate = {
    errorM: { eastM: 0, northM: 0, upM: 0 },
    innovationRatio: 0,
    state: "aided",
  };
  let nextMs = 0;
  let fusedAtMs = 0;

  const fused = (error: EnuM, atMs: number): PositionEstimate | undefined => {
    const was = estimate.errorM;
    const east = error.eastM - was.eastM;
    const north = error.northM - was.northM;
    const innovationRatio = Math.hypot(east, north) / gateM;
    const startsOver = atMs - fusedAtMs > timedOutAfterMs;
    if (!startsOver && innovationRatio >= 1) {
      estimate = { ...estimate, innovationRatio };
      return undefined;
    }
    fusedAtMs = atMs;
    if (startsOver) return { errorM: error, innovationRatio: 0, state: "aided" };
    const errorM = { eastM: was.eastM + east * gain, northM: was.northM + north * gain, upM: 0 };
    return { errorM, innovationRatio, state: "aided" };
  };
  const carriedOn = (atMs: number): PositionEstimate => {
    const { errorM, innovationRatio } = estimate;
    const silentMs = atMs - fusedAtMs;
    const wayM = inertialDriftMps2 * (silentMs / 1_000) * (readingPeriodMs / 1_000);
    const state =
      silentMs > unaidedAfterMs ? "unaided" : silentMs > timedOutAfterMs ? "timed-out" : "aided";
    return {
      errorM: {
        eastM: errorM.eastM + wayM * Math.sin(course),
        northM: errorM.northM + wayM * Math.cos(course),
        upM: 0,
      },
      innovationRatio: state === "unaided" ? 0 : innovationRatio,
      state,
    };
  };

  return {
    at(truth, atMs) {
      if (atMs < nextMs) return estimate;
      nextMs = atMs + readingPeriodMs;
      const position = odometry.read(truth, atMs)?.position;
      const error = position && {
        eastM: position.eastM - truth.eastM,
        northM: position.northM - truth.northM,
        upM: position.upM - truth.upM,
      };
      estimate = (error && fused(error, atMs)) ?? carriedOn(atMs);
      return estimate;
    },
  };
}

import { demonstrationHall, type Obstacle } from "@pista/programme";

/** What does not change while a vehicle flies: its body, and the hall around it. */
export type VehicleBody = {
  readonly hallM: { readonly eastM: number; readonly northM: number; readonly upM: number };
  /** Upright boxes that stand on its floor. */
  readonly obstacles: readonly Obstacle[];
  /** From the middle to the cage around the propellers. */
  readonly radiusM: number;
  readonly heightM: number;
  /** Faster than this the cage does not bounce but break, and nothing lifts any more. */
  readonly cageSpeedMpsMax: number;
  /** First-order lag from a velocity asked for to the velocity flown. */
  readonly velocityLagS: number;
  /** First-order lag from an acceleration asked for to the tilt that gives it. */
  readonly tiltLagS: number;
  readonly yawLagS: number;
  readonly levelAccelerationMps2Max: number;
  readonly climbAccelerationMps2Max: number;
  /** Standard deviation of what the hall's air adds to the acceleration; 0 for still air. */
  readonly gustSigmaMps2: number;
  readonly gustMemoryS: number;
  readonly batteryMah: number;
  readonly hoverA: number;
  readonly idleA: number;
  /** What the radio and the computers draw on their own. */
  readonly standbyA: number;
  /** The pad charges a vehicle that stands on the floor with its motors off. */
  readonly padChargeA: number;
};

/** A quadrotor of some 1.5 kg in the demonstration's hall. */
export const demonstrationBody: VehicleBody = {
  hallM: demonstrationHall.sizeM,
  obstacles: demonstrationHall.obstacles,
  radiusM: 0.3,
  heightM: 0.3,
  cageSpeedMpsMax: 3,
  velocityLagS: 0.25,
  tiltLagS: 0.08,
  yawLagS: 0.15,
  levelAccelerationMps2Max: 3,
  climbAccelerationMps2Max: 2.5,
  gustSigmaMps2: 0.15,
  gustMemoryS: 1,
  batteryMah: 5_000,
  hoverA: 15,
  idleA: 2,
  standbyA: 0.5,
  padChargeA: 10,
};

/**
 * [LG6] What the guard may assume of this vehicle: a brake test beside the model measures that it
 * stops within v T1 + v^2 / 2a from every speed up to 5 m/s, air moving.
 */
export const demonstrationBounds = { guardToMotionS: 0.4, decelerationMps2: 1.5 } as const;

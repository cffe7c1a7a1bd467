import { demonstrationHall, type Obstacle } from "@pista/programme";
import type { Inertia } from "./rigid-body.ts";
import type { RotorModel } from "./rotor.ts";

/** What does not change while a vehicle flies: its body, and the hall and the air around it. */
export type VehicleBody = {
  readonly hallM: { readonly eastM: number; readonly northM: number; readonly upM: number };
  /** Upright boxes that stand on its floor. */
  readonly obstacles: readonly Obstacle[];
  /** The cage is a flattened ball: half its width, and its whole height. */
  readonly radiusM: number;
  readonly heightM: number;
  /** Its feet stand under the rotors' axes, as low as the cage; so high above them the rotors turn. */
  readonly rotorHeightM: number;
  /** Faster than this the cage does not bounce but break, and nothing lifts any more. */
  readonly cageSpeedMpsMax: number;
  readonly inertia: Inertia;
  readonly rotor: RotorModel;
  /** Drag in the air that moves past: of the rotors, with the speed; of the cage, with its square. */
  readonly drag: { readonly linear: number; readonly quadratic: number };
  /** Torque for each radian a second, N m s. */
  readonly turnDrag: number;
  /** The air that always moves, and the standard deviation of its gusts: 0 for still air. */
  readonly draught: { readonly eastMps: number; readonly northMps: number };
  readonly gustSigmaMps: number;
  readonly gustMemoryS: number;
  readonly batteryMah: number;
  /** What the radio and the computers draw on their own. */
  readonly standbyW: number;
  /** The pad charges a vehicle that stands on the floor with its motors off. */
  readonly padChargeA: number;
};

/**
 * A caged quadrotor of 1.5 kg with nine-inch propellers and four cells, in the demonstration's hall.
 * Its figures are those of the class, not of one product: 2.7 times its weight in thrust, some 13 A
 * when it hovers, twenty minutes in the air.
 */
export const demonstrationBody: VehicleBody = {
  hallM: demonstrationHall.sizeM,
  obstacles: demonstrationHall.obstacles,
  radiusM: 0.3,
  heightM: 0.3,
  rotorHeightM: 0.2,
  cageSpeedMpsMax: 3,
  inertia: { massKg: 1.5, level: 0.018, vertical: 0.03 },
  rotor: {
    armM: 0.17,
    radiusM: 0.114,
    thrustNMax: 10,
    speedRadpsMax: 900,
    torquePerThrustM: 0.018,
    lagS: 0.035,
    efficiency: 0.7,
  },
  drag: { linear: 0.15, quadratic: 0.05 },
  turnDrag: 0.01,
  draught: { eastMps: 0, northMps: 0 },
  gustSigmaMps: 0.5,
  gustMemoryS: 1,
  batteryMah: 5_000,
  standbyW: 7.5,
  padChargeA: 10,
};

/**
 * [LG6] What the guard may assume of this vehicle: a brake test of its controllers measures that it
 * stops within v T1 + v^2 / 2a from every speed up to 5 m/s, air moving.
 */
export const demonstrationBounds = { guardToMotionS: 0.4, decelerationMps2: 1.5 } as const;

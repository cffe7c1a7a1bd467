import {
  type BrakeCheck,
  type Braking,
  brakeCheckStart,
  checkBrakes,
  type GatewayEvent,
  type GatewayState,
  gatewayId,
  initialGatewayState,
  type VehicleBounds,
} from "@pista/flight";
import { assetId, createRandom, type EnuMps, monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createOdometry, type Odometry } from "../odometry/odometry.ts";
import { type OdometryProfileName, odometryLike } from "../odometry/odometry-profiles.ts";
import { stormBody } from "../storm/storm-site.ts";
import { airborne, SteeredFlight, velocity } from "../testing/steered-flight.ts";
import type { VehicleState } from "../vehicle/vehicle.ts";
import { demonstrationBounds, type VehicleBody } from "../vehicle/vehicle-body.ts";

const ends = [0.7, 1.3];
const corners = ends.flatMap((mass) =>
  ends.flatMap((thrust) =>
    ends.flatMap((motorLag) => ends.map((drag) => ({ mass, thrust, motorLag, drag }))),
  ),
);

type Seen = {
  readonly odometry: OdometryProfileName;
  readonly gustSigmaMps: number;
  /** From behind. */
  readonly draughtMps: number;
};

const bodyOf = (
  corner: (typeof corners)[number],
  { gustSigmaMps, draughtMps }: Seen,
): VehicleBody => ({
  ...stormBody({
    ...{ ...corner, from: { eastM: 0, northM: 0 }, gustSigmaMps },
    draught: { eastMps: draughtMps, northMps: 0 },
  }),
  obstacles: [],
});

const initial = initialGatewayState(
  {
    gatewayId: gatewayId("gateway-1"),
    assetId: assetId("drone-1"),
    leasePublicKey: new Uint8Array(32),
    vehicle: demonstrationBounds,
  },
  0,
);
const guardOf = (declared: VehicleBounds): GatewayState => ({
  ...initial,
  setup: { ...initial.setup, vehicle: declared },
  vehicle: { ...initial.vehicle, armed: true, mode: "guided" },
});

/** Every 20 ms a set-point leaves and a pose comes in, each 4 ms on the wire, as in storms. */
const periodMs = 20;
const wireMs = 4;

/** What is told of a vehicle that hovers, flies east for four seconds, and is let go. */
class Watched {
  readonly told: Braking[] = [];
  readonly #flight: SteeredFlight;
  readonly #odometry: Odometry;
  readonly #guard: GatewayState;
  #check: BrakeCheck = brakeCheckStart;
  #nowMs = 0;

  constructor(
    body: VehicleBody,
    profile: OdometryProfileName,
    {
      seed,
      declared = demonstrationBounds,
    }: Readonly<{ seed: number; declared?: VehicleBounds | undefined }>,
  ) {
    this.#guard = guardOf(declared);
    const start = airborne(body, { eastM: 5, northM: 15, headingDeg: 0 });
    this.#flight = new SteeredFlight(body, start, seed);
    this.#odometry = createOdometry(odometryLike(profile), createRandom(seed));
  }

  fly(asked: EnuMps, seconds: number): this {
    const setPoint = { kind: "set-velocity", velocity: asked, yawRateDegps: 0 } as const;
    for (let step = 0; step < (seconds * 1_000) / periodMs; step++) {
      this.#hear({ kind: "tick", atMs: monotonicMs(this.#nowMs - wireMs) }, [setPoint]);
      this.#flight.fly(velocity(asked), periodMs / 1_000);
      this.#nowMs += periodMs;
      this.#see(this.#flight.vehicle);
    }
    return this;
  }

  #see({ position: truth, velocity, headingDeg }: VehicleState): void {
    const reading = this.#odometry.read(truth, this.#nowMs);
    if (!reading) return;
    const pose = { ...reading, velocity, headingDeg };
    this.#hear({ kind: "pose-received", pose, atMs: monotonicMs(this.#nowMs + wireMs) }, []);
  }

  #hear(event: GatewayEvent, effects: Parameters<typeof checkBrakes>[2]["effects"]): void {
    const { check, braking } = checkBrakes(this.#check, event, { state: this.#guard, effects });
    this.#check = check;
    if (braking) this.told.push(braking);
  }
}

const still: EnuMps = { eastMps: 0, northMps: 0, upMps: 0 };

/** What is told of a braking from a speed, of every vehicle that a storm may draw. */
const verdictsFrom = (eastMps: number, seen: Seen, declared?: VehicleBounds): string[] =>
  corners.flatMap((corner, seed) =>
    new Watched(bodyOf(corner, seen), seen.odometry, { seed: seed + 1, declared })
      .fly(still, 1.5)
      .fly({ ...still, eastMps }, 4)
      .fly(still, 4)
      .told.map(({ verdict }) => verdict),
  );

describe("the check of brakings over the vehicles of a storm", () => {
  const seen: readonly Seen[] = [
    { odometry: "exact", gustSigmaMps: 0, draughtMps: 0 },
    { odometry: "mild", gustSigmaMps: 0.5, draughtMps: 1 },
    { odometry: "rough", gustSigmaMps: 0.5, draughtMps: -1 },
  ];
  describe.each(seen)(
    "$odometry odometry, gusts of $gustSigmaMps m/s, a draught of $draughtMps m/s",
    (air) => {
      test.each([0.5, 1, 1.5, 2])(
        "[LG6] recognises each from %f m/s, and calls none worse",
        (mps) => {
          const verdicts = verdictsFrom(mps, air);
          expect(verdicts).toHaveLength(corners.length);
          expect(verdicts).not.toContain("worse");
          const kept = verdicts.filter((verdict) => verdict === "kept");
          expect(kept.length).toBeGreaterThanOrEqual(corners.length - 2);
        },
      );

      test("[LG6] keeps none of which more was declared than it can do, and calls most worse", () => {
        const verdicts = verdictsFrom(2, air, { guardToMotionS: 0.1, decelerationMps2: 4 });
        expect(verdicts).not.toContain("kept");
        const worse = verdicts.filter((verdict) => verdict === "worse");
        expect(worse.length).toBeGreaterThanOrEqual(corners.length - 4);
      });
    },
  );
});

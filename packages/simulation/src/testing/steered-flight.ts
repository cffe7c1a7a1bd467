import { createRandom, type EnuMps, type Random } from "@pista/kernel";
import {
  type ControllerState,
  type FlightCommand,
  relaxed,
  steer,
} from "../autopilot/velocity-controller.ts";
import { parkedVehicle, stepVehicle, type VehicleState, vehicleStepS } from "../vehicle/vehicle.ts";
import type { VehicleBody } from "../vehicle/vehicle-body.ts";

export const velocity = (over: Partial<EnuMps>, yawRateDegps = 0): FlightCommand => ({
  kind: "velocity",
  velocity: { eastMps: 0, northMps: 0, upMps: 0, ...over },
  yawRateDegps,
});

/** In the air, three metres up, and standing still. */
export const airborne = (
  body: VehicleBody,
  spot = { eastM: 30, northM: 15, headingDeg: 0 },
): VehicleState => ({
  ...parkedVehicle(body, spot),
  position: { eastM: spot.eastM, northM: spot.northM, upM: 3 },
  onFloor: false,
});

/** A vehicle under its controllers, without the autopilot's modes above them. */
export class SteeredFlight {
  vehicle: VehicleState;
  private controller: ControllerState = relaxed;
  private readonly body: VehicleBody;
  private readonly random: Random;

  constructor(body: VehicleBody, vehicle: VehicleState = airborne(body), seed = 1) {
    this.body = body;
    this.vehicle = vehicle;
    this.random = createRandom(seed);
  }

  /** @param isOver asked after every step, to look on or to end early */
  fly(command: FlightCommand, seconds: number, isOver?: (vehicle: VehicleState) => boolean): this {
    for (let step = 0; step < seconds / vehicleStepS; step++) {
      const steered = steer(this.controller, this.body, this.vehicle, command, vehicleStepS);
      this.controller = steered.state;
      this.vehicle = stepVehicle(
        this.body,
        this.vehicle,
        steered.throttles,
        vehicleStepS,
        this.random,
      );
      if (isOver?.(this.vehicle)) break;
    }
    return this;
  }
}

import type { EnuM, Random } from "@pista/kernel";
import { flyAutopilot } from "./autopilot/autopilot.ts";
import {
  type AutopilotNotice,
  type AutopilotOrder,
  type AutopilotState,
  initialAutopilot,
} from "./autopilot/autopilot-state.ts";
import { orderAutopilot } from "./autopilot/orders.ts";
import { defaultParameters } from "./autopilot/parameters.ts";
import { type ControllerState, relaxed, steer } from "./autopilot/velocity-controller.ts";
import { parkedVehicle, stepVehicle, type VehicleState } from "./vehicle/vehicle.ts";
import type { VehicleBody } from "./vehicle/vehicle-body.ts";

/** A vehicle with its autopilot. */
export type CopterState = {
  readonly body: VehicleBody;
  readonly autopilot: AutopilotState;
  /** What flies the vehicle as the autopilot's modes wish. */
  readonly controller: ControllerState;
  readonly vehicle: VehicleState;
};

export type CopterStep = {
  readonly state: CopterState;
  /** False where the order was refused; true where time merely passed. */
  readonly accepted: boolean;
  readonly notices: readonly AutopilotNotice[];
};

export function parkedCopter(
  body: VehicleBody,
  spot: { eastM: number; northM: number; headingDeg: number },
): CopterState {
  return {
    body,
    autopilot: initialAutopilot(defaultParameters),
    controller: relaxed,
    vehicle: parkedVehicle(body, spot),
  };
}

/**
 * Time passes: the autopilot looks at the vehicle and tells its motors, and the vehicle follows.
 * @param errorM how far from the truth its odometry puts the vehicle
 * @param hasPosition whether the autopilot relies on what its odometry says
 */
export function stepCopter(
  state: CopterState,
  dtS: number,
  random: Random,
  errorM?: EnuM,
  hasPosition = true,
): CopterStep {
  const seen = errorM ? displaced(state.vehicle, errorM) : state.vehicle;
  const flight = flyAutopilot(state.autopilot, seen, dtS, hasPosition);
  const steered = steer(state.controller, state.body, state.vehicle, flight.command, dtS);
  const vehicle = stepVehicle(state.body, state.vehicle, steered.throttles, dtS, random);
  return {
    state: { body: state.body, autopilot: flight.state, controller: steered.state, vehicle },
    accepted: true,
    notices: flight.notices,
  };
}

export const displaced = (vehicle: VehicleState, by: EnuM): VehicleState => ({
  ...vehicle,
  position: {
    eastM: vehicle.position.eastM + by.eastM,
    northM: vehicle.position.northM + by.northM,
    upM: vehicle.position.upM + by.upM,
  },
});

export function orderCopter(state: CopterState, order: AutopilotOrder): CopterStep {
  const step = orderAutopilot(state.autopilot, state.vehicle, order);
  return {
    state: { ...state, autopilot: step.state },
    accepted: step.accepted,
    notices: step.notices,
  };
}

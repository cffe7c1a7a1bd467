import type { OutgoingMessage } from "@pista/mavlink";
import type { CopterState, PositionEstimate } from "@pista/simulation";
import type { World } from "./world.ts";

/** What the autopilot believes, which is all that it can tell: `vehicle` stands where its estimate says. */
export type DroneView = CopterState & {
  readonly estimate: PositionEstimate["state"];
  readonly innovationRatio: number;
  readonly world: World;
  /** Items of the stored mission, home included. */
  readonly missionItems: number;
};

/**
 * A message that tells something of it, or nothing where there is nothing to tell.
 * @param bootMs since the autopilot started, a whole number that wraps after 49 days
 */
export type Telemetry = (view: DroneView, bootMs: number) => OutgoingMessage | undefined;

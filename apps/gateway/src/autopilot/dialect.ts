import type { VehicleView } from "@pista/flight";
import type { Address, Event } from "@pista/mavlink";
import type { Task } from "./task-run.ts";
import type { Wanted } from "./tasks.ts";

/** Where autopilots differ; everything else of MAVLink they share. */
export interface Dialect {
  /** For people. */
  readonly name: string;
  /** [AU4] Anything but "guided" and "landing" means that somebody else has the vehicle. */
  modeOf(customMode: number): VehicleView["mode"];
  /** The mode's own name, for people. */
  modeName(customMode: number): string;
  /** A reason against arming that it tells as an event, and in no text. */
  readonly complaintIn?: (event: Event) => string | undefined;
  /** What it can send beyond the messages that all are asked for. */
  readonly alsoWanted: readonly Wanted[];
  /** [LG10] What stops and lands the vehicle without us: set when it is met, and before a take-off. */
  guards(self: Address): readonly Task[];
  /** What sees to it that none of the vehicle's own failsafes returns home. */
  readonly noWayHome: readonly Task[];
  /** From those guards to turning motors, and further where it can. */
  takeOff(heightM: number, self: Address): readonly Task[];
  /** Who flies the climb once all of that is done: the autopilot, or our velocities. */
  readonly climb: "by-autopilot" | "by-set-points";
  readonly land: Task;
}

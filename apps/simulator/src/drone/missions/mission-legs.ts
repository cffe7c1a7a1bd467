import type { EnuM } from "@pista/kernel";
import { degFromDegE7, MavCmd, type MissionItem, MissionState } from "@pista/mavlink";
import { itemOfLeg, type MissionLeg } from "@pista/simulation";
import type { DroneView, Telemetry } from "../drone-view.ts";
import { inHall, upMOf, type World } from "../world.ts";

/** The commands that AUTO flies, and so the only ones that a mission may hold. */
export const missionCommands: ReadonlySet<number> = new Set([
  MavCmd.NAV_TAKEOFF,
  MavCmd.NAV_WAYPOINT,
  MavCmd.NAV_LAND,
]);

/**
 * A stored mission in the hall's frame; empty while an item's place or height cannot be told. Its
 * first item is home and is not flown. 0 and 0 mean the place where the vehicle then is.
 */
export function legsOf(
  items: readonly MissionItem[],
  world: World,
  from: EnuM,
): readonly MissionLeg[] {
  const legs: MissionLeg[] = [];
  let at = from;
  for (const { command, frame, x, y, z, param1 } of items.slice(1)) {
    const upM = upMOf(world, frame, z);
    if (upM === undefined) return [];
    const given = inHall(world, { latDeg: degFromDegE7(x), lngDeg: degFromDegE7(y), frame, z });
    const place: EnuM = given ?? { ...at, upM };
    if (command === MavCmd.NAV_TAKEOFF) legs.push({ kind: "take-off", heightM: upM });
    else if (command === MavCmd.NAV_LAND) legs.push({ kind: "land", over: given });
    else legs.push({ kind: "fly-to", place, staysS: param1 > 0 ? param1 : 0 });
    at = command === MavCmd.NAV_TAKEOFF ? { ...at, upM } : place;
  }
  return legs;
}

/** Home's item until the first command begins. */
export function currentItem({ autopilot, missionItems }: DroneView): number {
  const { leg, legState } = autopilot;
  if (leg === 0 && legState === "waiting") return 0;
  return Math.max(0, Math.min(itemOfLeg(leg), missionItems - 1));
}

export const missionCurrent: Telemetry = (view) => ({
  name: "MISSION_CURRENT",
  seq: currentItem(view),
  // ArduPilot does not count home.
  total: Math.max(0, view.missionItems - 1),
  missionState: missionStateOf(view),
  missionMode: view.autopilot.mode === "auto" ? 1 : 2,
});

function missionStateOf({ autopilot, missionItems }: DroneView): number {
  if (missionItems <= 1) return MissionState.NO_MISSION;
  if (autopilot.mission.length > 0 && autopilot.leg >= autopilot.mission.length) {
    return MissionState.COMPLETE;
  }
  if (autopilot.legState === "waiting" && autopilot.leg === 0) return MissionState.NOT_STARTED;
  return autopilot.mode === "auto" ? MissionState.ACTIVE : MissionState.PAUSED;
}

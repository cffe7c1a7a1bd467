import type { LandingSpot } from "@pista/flight";
import type { EnuM } from "@pista/kernel";
import type { CopterState } from "../copter.ts";
import type { StormFinding, StormStatistics } from "./storm-report.ts";
import { contactMarginM, stormFence, stormObstacles } from "./storm-site.ts";

type Finding = Omit<StormFinding, "atMs">;

const toleranceM = 1e-6;

/** [LG6] Where the vehicle truly is, whatever its odometry says. */
export function judgePlace(
  { vehicle, body, autopilot }: CopterState,
  from: LandingSpot,
  statistics: StormStatistics,
): Finding[] {
  const findings: Finding[] = [];
  const { eastM, northM, upM } = vehicle.position;
  const { hallM } = body;
  const isInHall =
    eastM > 0 && eastM < hallM.eastM && northM > 0 && northM < hallM.northM && upM < hallM.upM;
  if (!isInHall || upM < 0) findings.push({ rule: "hall", what: "the vehicle left the hall" });
  if (vehicle.broken) findings.push({ rule: "LG6", what: "the vehicle broke its cage" });
  if (vehicle.wallContacts > 0 && statistics.boundM < contactMarginM) {
    findings.push({ rule: "LG6", what: "the vehicle touched a wall or an obstacle" });
  }
  // [LG2] Where no marked spot can be reached, a landing ends on top of what stands there.
  const beyondM = beyondMapM(vehicle.position, autopilot.mode === "land" || vehicle.onFloor);
  if (beyondM > statistics.boundM + toleranceM) {
    const what = `the vehicle is ${beyondM.toFixed(2)} m beyond fence or obstacle`;
    findings.push({ rule: "LG6", what });
  }
  statistics.beyondM = Math.max(statistics.beyondM, beyondM);
  const wayM = Math.hypot(eastM - from.eastM, northM - from.northM);
  statistics.furthestM = Math.max(statistics.furthestM, wayM);
  return findings;
}

/** How far beyond the fence or within an obstacle's limit a place is; 0 where it may be. */
function beyondMapM({ eastM, northM, upM }: EnuM, isDescending: boolean): number {
  const { westM, southM, eastM: eastLimitM, northM: northLimitM, topM } = stormFence;
  const fenceM = Math.max(
    westM - eastM,
    eastM - eastLimitM,
    southM - northM,
    northM - northLimitM,
    upM - topM,
  );
  if (isDescending) return Math.max(0, fenceM);
  const depths = stormObstacles.map((box) =>
    Math.min(
      eastM - box.westM,
      box.eastM - eastM,
      northM - box.southM,
      box.northM - northM,
      box.topM - upM,
    ),
  );
  return Math.max(0, fenceM, ...depths);
}

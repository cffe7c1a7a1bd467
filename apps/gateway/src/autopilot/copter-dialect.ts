import { type Address, CopterMode, MavCmd, MavModeFlag, MavParamType } from "@pista/mavlink";
import type { Dialect } from "./dialect.ts";
import { type Failsafe, noWayHome } from "./no-way-home.ts";
import type { Task } from "./task-run.ts";
import { arm, inMode, long } from "./tasks.ts";

/** [LG10] Seconds without a set-point after which GUIDED stops the vehicle by itself. */
const guidedTimeoutS = 0.3;
/** FS_GCS_ENABLE, "Enabled Always Land": never a way home, which indoors does not exist. */
const alwaysLand = 5;
/** The least that FS_GCS_TIMEOUT takes, and as long as the guard itself holds before it lands (LG2). */
const gcsTimeoutS = 2;
/** Several of our heartbeats, so that the vehicle has met the station that it must miss. */
const beHeard: Task = { kind: "pause", what: "be heard", ms: 900 };

/** ArduPilot casts parameters and goes by its own type, so a float fits them all. */
const parameter = (
  names: readonly [string, ...string[]],
  value: number,
): Task & { readonly kind: "parameter" } => ({
  kind: "parameter",
  what: `set ${names[0]} to ${value} and read it back`,
  names,
  value,
  type: MavParamType.REAL32,
  encoding: "cast",
  mayBeMissing: names[0] !== "GUID_TIMEOUT",
  actsInOurModeAlone: names[0] === "GUID_TIMEOUT",
});

/**
 * [LG10] Two time-outs. Without set-points the vehicle stops (ardupilot.org/copter, "Guided Mode");
 * without our heartbeats it lands (the same, "GCS Failsafe"). The second counts only the heartbeats
 * of the ground station it knows, ours, and begins with the first of them; FS_OPTIONS cannot put it
 * off in GUIDED: its exceptions are AUTO, a landing under way and the modes that a person flies. A
 * version that says of one of the landing's parameters that it has none flies with the first alone,
 * and that is logged.
 *
 * GUID_TIMEOUT acts in GUIDED alone. The others do not: the station is also the one whose joystick is
 * obeyed (MANUAL_CONTROL, RC_CHANNELS_OVERRIDE), and its failsafe lands in modes flown by hand where
 * FS_OPTIONS does not except them. So they are never set in the hands of somebody else.
 */
const guardsFor = ({ systemId }: Address): readonly Task[] => [
  parameter(["GUID_TIMEOUT"], guidedTimeoutS),
  // Renamed in ArduPilot 4.7.
  parameter(["SYSID_MYGCS", "MAV_GCS_SYSID"], systemId),
  // Where it is more than the other, all system ids from one to the other are ground stations.
  { ...parameter(["MAV_GCS_SYSID_HI"], 0), belongsTo: "MAV_GCS_SYSID" },
  parameter(["FS_GCS_TIMEOUT"], gcsTimeoutS),
  parameter(["FS_GCS_ENABLE"], alwaysLand),
  beHeard,
];

/**
 * ardupilot.org/copter, "Complete Parameter List", by the values of each: 0 does nothing, and those
 * left out are RTL, SmartRTL (with RTL or a landing after it) and a landing sequence or RTL. FS_EKF_ACTION
 * knows no return, and FS_GCS_ENABLE is set above. A fence that is off may be switched on in flight.
 */
const failsafes: readonly Failsafe[] = [
  // 3 land; 7, brake or land, would hover where nobody may land it.
  { id: "FS_THR_ENABLE", stays: [0, 3], instead: { value: 3, does: "land" } },
  // 1 land, 5 stop the motors.
  { id: "BATT_FS_LOW_ACT", stays: [0, 1, 5], instead: { value: 1, does: "land" } },
  { id: "BATT_FS_CRT_ACT", stays: [0, 1, 5], instead: { value: 1, does: "land" } },
  // 2 land, 4 brake or land.
  {
    id: "FENCE_ACTION",
    stays: [0, 2, 4],
    instead: { value: 2, does: "land" },
    belongsTo: "FS_THR_ENABLE",
  },
  // 1 land. It begins where position and velocity are lost, and came with Copter 4.3.
  {
    id: "FS_DR_ENABLE",
    stays: [0, 1],
    instead: { value: 1, does: "land" },
    belongsTo: "FS_THR_ENABLE",
  },
];

/** ArduPilot takes its own mode number whole (MAV_CMD_DO_SET_MODE, "Custom Mode"). */
const setMode = (name: "GUIDED" | "LAND"): Task =>
  long(`set mode ${name}`, MavCmd.DO_SET_MODE, [
    MavModeFlag.CUSTOM_MODE_ENABLED,
    CopterMode[name],
    0,
    0,
    0,
    0,
    0,
  ]);

/** ArduPilot Copter 4.1 or newer, in GUIDED (ardupilot.org/dev, "Copter Commands in Guided Mode"). */
export const copterDialect: Dialect = {
  name: "ArduPilot Copter",
  modeOf(customMode) {
    if (customMode === CopterMode.GUIDED) return "guided";
    return customMode === CopterMode.LAND ? "landing" : "other";
  },
  modeName: (customMode) =>
    Object.entries(CopterMode).find(([, number]) => number === customMode)?.[0] ??
    `mode ${customMode}`,
  // [LG11] It tells no deviation in metres, and the guard assumes one (LG6); but whether it has any.
  alsoWanted: [{ name: "EKF_STATUS_REPORT", messageId: 193, periodMs: 200 }],
  guards: guardsFor,
  noWayHome: failsafes.map(noWayHome("cast")),
  takeOff: (heightM, self) => [
    ...guardsFor(self),
    setMode("GUIDED"),
    inMode("GUIDED", CopterMode.GUIDED),
    arm,
    long("take off", MavCmd.NAV_TAKEOFF, [0, 0, 0, 0, 0, 0, heightM]),
  ],
  climb: "by-autopilot",
  land: setMode("LAND"),
};

import {
  MavCmd,
  MavModeFlag,
  MavParamType,
  Px4AutoMode,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import type { Dialect } from "./dialect.ts";
import { type Failsafe, noWayHome } from "./no-way-home.ts";
import { px4Complaint } from "./px4-complaint.ts";
import type { Task } from "./task-run.ts";
import { arm, inMode, long } from "./tasks.ts";

/**
 * [LG10] docs.px4.io, "Offboard Mode", its parameters: after COM_OF_LOSS_T seconds without set-points
 * PX4 leaves OFFBOARD for what COM_OBL_RC_ACT says, where 4 is its Land mode, which needs no
 * satellites. COM_FAIL_ACT_T does not put that off (flown with its 5 s): it delays the other failsafes,
 * in which it lets the safety pilot take over by the sticks, and so is left as the owner has it.
 * Both act in OFFBOARD alone, so that whoever flies it in another mode does not notice them.
 * Before 1.14 another parameter, COM_OBL_ACT, decided where there was no transmitter.
 */
const guards: readonly Task[] = [
  {
    kind: "parameter",
    what: "set COM_OF_LOSS_T to 0.5 and read it back",
    names: ["COM_OF_LOSS_T"],
    value: 0.5,
    type: MavParamType.REAL32,
    encoding: "bytewise",
    mayBeMissing: false,
    actsInOurModeAlone: true,
  },
  {
    kind: "parameter",
    what: "set COM_OBL_RC_ACT to 4 and read it back",
    names: ["COM_OBL_RC_ACT"],
    value: 4,
    type: MavParamType.INT32,
    encoding: "bytewise",
    mayBeMissing: false,
    actsInOurModeAlone: true,
  },
];

/**
 * docs.px4.io, "Parameter Reference", by the values of each; left out is its Return mode, for the
 * battery also the one that returns at a critical level. What a person does by the transmitter is a
 * person's.
 */
const failsafes: readonly Failsafe[] = [
  { id: "NAV_RCL_ACT", stays: [0, 3, 5, 6], instead: { value: 3, does: "land" } },
  { id: "NAV_DLL_ACT", stays: [0, 1, 3, 5, 6], instead: { value: 0, does: "do nothing" } },
  { id: "COM_LOW_BAT_ACT", stays: [0, 2], instead: { value: 2, does: "land" } },
  { id: "GF_ACTION", stays: [0, 1, 2, 4, 5], instead: { value: 5, does: "land" } },
  // Little flight time, and a position of little accuracy: both came after 1.14.
  {
    id: "COM_FLTT_LOW_ACT",
    stays: [0, 1],
    instead: { value: 1, does: "warn" },
    belongsTo: "NAV_RCL_ACT",
  },
  {
    id: "COM_POS_LOW_ACT",
    stays: [0, 1, 2, 4, 5],
    instead: { value: 5, does: "land" },
    belongsTo: "NAV_RCL_ACT",
  },
];

/**
 * "Only after receiving the signal for more than a second" (docs.px4.io, "Offboard Mode"). On the
 * ground PX4 grants the mode all the same, and it is arming that it refuses.
 */
const proofOfLife: Task = { kind: "pause", what: "hear set-points", ms: 1_500 };

/**
 * PX4 takes its main mode and its sub-mode as two parameters (MAV_CMD_DO_SET_MODE, "Custom Mode" and
 * "Custom Submode"), which the heartbeat then shows as bytes of one number.
 */
const setMode = (what: string, main: Px4MainMode, auto: Px4AutoMode | 0): Task =>
  long(what, MavCmd.DO_SET_MODE, [MavModeFlag.CUSTOM_MODE_ENABLED, main, auto, 0, 0, 0, 0]);

/**
 * To arming it says no more than "Resolve system health failures first", for it has told the failures
 * when they came about. Asked to check, it tells them all again, as texts and as events. It checks
 * before it arms in any case, so that nothing depends on this but what the pilot reads.
 */
const check: Task = {
  ...long("check what prevents arming", MavCmd.RUN_PREARM_CHECKS, [0, 0, 0, 0, 0, 0, 0]),
  mayBeRefused: true,
};

const offboard = px4CustomMode(Px4MainMode.OFFBOARD);
const autoLand = px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.LAND);

const nameOf = (modes: Readonly<Record<string, number>>, number: number): string =>
  Object.entries(modes).find(([, one]) => one === number)?.[0] ?? String(number);

/**
 * PX4 1.14 or newer, in OFFBOARD. It climbs by our velocities and not in its Takeoff mode: that one
 * ignores set-points, so that neither a stop nor this program's death would end it, and
 * MAV_CMD_NAV_TAKEOFF asks for a height above the sea, which indoors nobody knows.
 */
export const px4Dialect: Dialect = {
  name: "PX4",
  modeOf(customMode) {
    if (customMode === offboard) return "guided";
    return customMode === autoLand ? "landing" : "other";
  },
  modeName(customMode) {
    const main = (customMode >>> 16) & 0xff;
    const name = nameOf(Px4MainMode, main);
    return main === Px4MainMode.AUTO ? `${name}.${nameOf(Px4AutoMode, customMode >>> 24)}` : name;
  },
  // [LG11] How sure it is of its position.
  alsoWanted: [
    { name: "ODOMETRY", messageId: 331, periodMs: 200 },
    { name: "ESTIMATOR_STATUS", messageId: 230, periodMs: 200 },
    // [AU4] It keeps its heartbeat at 1 Hz, whatever it is asked, and announces no mode by it.
    { name: "CURRENT_MODE", messageId: 436, periodMs: 50 },
  ],
  complaintIn: px4Complaint,
  guards: () => guards,
  noWayHome: failsafes.map(noWayHome("bytewise")),
  takeOff: () => [
    ...guards,
    proofOfLife,
    setMode("set mode OFFBOARD", Px4MainMode.OFFBOARD, 0),
    check,
    inMode("OFFBOARD", offboard),
    arm,
  ],
  climb: "by-set-points",
  land: setMode("set mode AUTO.LAND", Px4MainMode.AUTO, Px4AutoMode.LAND),
};

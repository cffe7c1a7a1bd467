import { monotonicMs } from "@pista/kernel";
import {
  createDatagramReader,
  createFrameWriter,
  MavAutopilot,
  type MavlinkMessage,
  MavType,
  type OutgoingMessage,
} from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { copterDialect } from "./copter-dialect.ts";
import { dialectOf } from "./heartbeat-status.ts";
import { velocitySetPoint } from "./local-frame.ts";
import { px4Dialect } from "./px4-dialect.ts";
import { type Task, TaskRun } from "./task-run.ts";

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };

/** What a task puts on the wire, as bytes and as somebody else reads them. */
function sent(task: Task | undefined): { bytes: DataView; message: MavlinkMessage } {
  if (!task) throw new Error("There is no such task.");
  const out: OutgoingMessage[] = [];
  const run = new TaskRun([task], {
    parties: { self, target },
    send: (message) => out.push(message),
    onRefusal: "end",
    settled: () => undefined,
  });
  run.tick(monotonicMs(0));
  const [message] = out;
  if (!message) throw new Error("The task sends nothing.");
  return wire(message);
}

function wire(message: OutgoingMessage): { bytes: DataView; message: MavlinkMessage } {
  const bytes = createFrameWriter(self).write(message);
  const [frame] = createDatagramReader().read(bytes);
  if (!frame) throw new Error("The frame is not readable.");
  // The payload begins after the ten bytes of the header.
  return { bytes: new DataView(bytes.buffer, bytes.byteOffset + 10), message: frame.message };
}

const whats = (tasks: readonly Task[]): string[] => tasks.map(({ what }) => what);

describe("which autopilot it is", () => {
  const heartbeat = (autopilot: number, type: number) =>
    dialectOf({
      name: "HEARTBEAT",
      type,
      autopilot,
      baseMode: 0,
      customMode: 0,
      systemStatus: 0,
      mavlinkVersion: 3,
    })?.name;

  test("by the heartbeat: 3 is ArduPilot, 12 is PX4, and what does not hover is neither", () => {
    expect(heartbeat(3, MavType.QUADROTOR)).toBe("ArduPilot Copter");
    expect(heartbeat(12, MavType.HEXAROTOR)).toBe("PX4");
    expect(heartbeat(12, MavType.FIXED_WING)).toBeUndefined();
    expect(heartbeat(3, MavType.GROUND_ROVER)).toBeUndefined();
    expect(heartbeat(MavAutopilot.GENERIC, MavType.QUADROTOR)).toBeUndefined();
  });
});

describe("ArduPilot Copter", () => {
  test("[AU4] 4 obeys us, 9 lands, and every other mode is somebody else's, the way home too", () => {
    const modes = [0, 2, 3, 4, 5, 6, 9, 16, 17, 20, 21, 27].map(copterDialect.modeOf);
    expect(modes.filter((mode) => mode !== "other")).toEqual(["guided", "landing"]);
    expect(copterDialect.modeOf(4)).toBe("guided");
    expect(copterDialect.modeOf(6)).toBe("other");
    expect(copterDialect.modeName(6)).toBe("RTL");
    expect(copterDialect.modeName(99)).toBe("mode 99");
  });

  test("[LG10] its time-outs come before the mode, and the mode before arming", () => {
    expect(whats(copterDialect.takeOff(1.5, self))).toEqual([
      "set GUID_TIMEOUT to 0.3 and read it back",
      "set SYSID_MYGCS to 255 and read it back",
      "set MAV_GCS_SYSID_HI to 0 and read it back",
      "set FS_GCS_TIMEOUT to 2 and read it back",
      "set FS_GCS_ENABLE to 5 and read it back",
      "be heard",
      "set mode GUIDED",
      "enter GUIDED",
      "arm",
      "take off",
    ]);
  });

  test("the bytes of a mode, of arming and of a parameter", () => {
    const { bytes } = sent(copterDialect.land);
    // COMMAND_LONG: seven floats, then the command, 176, for system 1 and component 1.
    const params = [0, 4, 8, 12, 16, 20].map((at) => bytes.getFloat32(at, true));
    expect(params).toEqual([1, 9, 0, 0, 0, 0]);
    expect(bytes.getUint16(28, true)).toBe(176);
    expect([bytes.getUint8(30), bytes.getUint8(31)]).toEqual([1, 1]);
    const arming = sent(copterDialect.takeOff(1.5, self)[8]);
    expect([arming.bytes.getFloat32(0, true), arming.bytes.getUint16(28, true)]).toEqual([1, 400]);
    const landing = sent(copterDialect.takeOff(1.5, self)[4]);
    expect(landing.message).toMatchObject({ paramId: "FS_GCS_ENABLE", paramType: 9 });
    expect(landing.bytes.getFloat32(0, true)).toBe(5);
  });
});

describe("PX4", () => {
  test("[AU4] OFFBOARD obeys us, AUTO.LAND lands, and every other mode is somebody else's", () => {
    // px4_custom_mode.h: the main mode in the third byte, the sub-mode in the fourth.
    expect(px4Dialect.modeOf(0x0006_0000)).toBe("guided");
    expect(px4Dialect.modeOf(0x0604_0000)).toBe("landing");
    const others = [0x0001_0000, 0x0003_0000, 0x0204_0000, 0x0304_0000, 0x0504_0000, 0];
    expect(new Set(others.map(px4Dialect.modeOf))).toEqual(new Set(["other"]));
    expect(px4Dialect.modeName(0x0504_0000)).toBe("AUTO.RTL");
    expect(px4Dialect.modeName(0x0003_0000)).toBe("POSCTL");
    expect(px4Dialect.modeName(0x0904_0000)).toBe("AUTO.9");
  });

  test("[LG10] time-outs, more than a second of set-points, OFFBOARD, and only then arming", () => {
    const tasks = px4Dialect.takeOff(1.5, self);
    expect(whats(tasks)).toEqual([
      "set COM_OF_LOSS_T to 0.5 and read it back",
      "set COM_OBL_RC_ACT to 4 and read it back",
      "hear set-points",
      "set mode OFFBOARD",
      "check what prevents arming",
      "enter OFFBOARD",
      "arm",
    ]);
    const pause = tasks[2];
    expect(pause?.kind === "pause" && pause.ms).toBeGreaterThan(1_000);
  });

  test("the bytes of a mode are two parameters, and those of an integer are not cast", () => {
    const landing = sent(px4Dialect.land).bytes;
    const params = [0, 4, 8].map((at) => landing.getFloat32(at, true));
    expect(params).toEqual([1, 4, 6]);
    const offboard = sent(px4Dialect.takeOff(1.5, self)[3]).bytes;
    expect([0, 4, 8].map((at) => offboard.getFloat32(at, true))).toEqual([1, 6, 0]);
    const action = sent(px4Dialect.takeOff(1.5, self)[1]);
    expect(action.message).toMatchObject({ paramId: "COM_OBL_RC_ACT", paramType: 6 });
    // Four as an integer's bytes; cast to a float they would be 00 00 80 40.
    expect(action.bytes.getInt32(0, true)).toBe(4);
    expect(sent(px4Dialect.takeOff(1.5, self)[0]).bytes.getFloat32(0, true)).toBe(0.5);
  });

  test("[LG9] a set-point's bytes: velocities and the yaw rate alone, north, east, down", () => {
    const velocity = { eastMps: 1, northMps: 2, upMps: 3 };
    const setPoint = velocitySetPoint({ velocity, yawRateDegps: -90 }, { target, timeBootMs: 7 });
    const { bytes } = wire(setPoint);
    expect(bytes.getUint32(0, true)).toBe(7);
    expect([16, 20, 24].map((at) => bytes.getFloat32(at, true))).toEqual([2, 1, -3]);
    expect(bytes.getFloat32(44, true)).toBeCloseTo(-Math.PI / 2);
    expect(bytes.getUint16(48, true)).toBe(0x5c7);
    expect(bytes.getUint8(52)).toBe(1);
  });
});

import {
  MavAutopilot,
  MavCmd,
  MavComponent,
  MavLandedState,
  MavResult,
  MavType,
  Px4AutoMode,
  Px4MainMode,
  px4CustomMode,
  statusTexts,
} from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { AutopilotBench as Bench } from "../testing/autopilot-bench.ts";

const offboard = px4CustomMode(Px4MainMode.OFFBOARD);
const positionMode = px4CustomMode(Px4MainMode.POSCTL);

function px4(): Bench {
  const bench = new Bench(MavAutopilot.PX4, positionMode);
  bench.landed(MavLandedState.ON_GROUND);
  bench.at(0);
  bench.run(1_000);
  return bench;
}

/** As far as turning motors in OFFBOARD. */
function px4Climbing(): Bench {
  const bench = px4();
  bench.autopilot.order("take-off", bench.atMs);
  bench.run(2_000);
  bench.customMode = offboard;
  bench.armed = true;
  bench.beat();
  bench.run(200);
  return bench;
}

describe("PX4's climb", () => {
  test("[LG10] nothing but zero is streamed until it is armed, and then upward", () => {
    const bench = px4();
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(1_400);
    expect(bench.commands).toEqual([]);
    expect(bench.climbs.length).toBeGreaterThan(60);
    expect(new Set(bench.climbs)).toEqual(new Set([0]));
    bench.run(600);
    const { DO_SET_MODE, RUN_PREARM_CHECKS, COMPONENT_ARM_DISARM } = MavCmd;
    expect(bench.commands).toEqual([DO_SET_MODE, RUN_PREARM_CHECKS, COMPONENT_ARM_DISARM]);
    bench.run(100);
    expect(bench.climbs.at(-1)).toBe(-0.5);
  });

  test("it ends 1.5 m above where it began, and waits there for the guard", () => {
    const bench = px4Climbing();
    bench.landed(MavLandedState.IN_AIR);
    bench.at(1.45);
    bench.run(40);
    expect(bench.climbs.at(-1)).toBe(-0.5);
    bench.at(1.55);
    bench.run(40);
    expect(bench.climbs.at(-1)).toBe(0);
    // The guard flies on: not one more set-point of ours gets between its own.
    bench.mayTakeOff = false;
    bench.run(40);
    const { length } = bench.climbs;
    bench.run(400);
    expect(bench.climbs).toHaveLength(length);
    expect(bench.refused).toEqual([]);
  });

  test("[AU4] the safety pilot's mode ends it at once, for good", () => {
    const bench = px4Climbing();
    bench.customMode = positionMode;
    bench.beat();
    bench.run(40);
    const { length } = bench.climbs;
    const { length: commands } = bench.commands;
    bench.run(1_000);
    expect(bench.climbs).toHaveLength(length);
    expect(bench.commands).toHaveLength(commands);
    expect(bench.refused).toEqual(["take-off: the mode was changed on the vehicle"]);
  });

  test("a pilot who is lost on the ground leaves no turning motors", () => {
    const bench = px4Climbing();
    bench.mayTakeOff = false;
    bench.run(40);
    expect(
      bench.commands.filter((command) => command === MavCmd.COMPONENT_ARM_DISARM),
    ).toHaveLength(2);
    expect(bench.refused[0]).toContain("the pilot was lost");
  });

  test.each([
    [
      "refuses",
      (now: Bench) => {
        now.result = (command) =>
          command === MavCmd.RUN_PREARM_CHECKS ? MavResult.UNSUPPORTED : MavResult.ACCEPTED;
      },
    ],
    [
      "does not answer",
      (now: Bench) => {
        now.unanswered = (command) => command === MavCmd.RUN_PREARM_CHECKS;
      },
    ],
  ] as const)("one that %s to tell its checks arms all the same", (_, change) => {
    const bench = px4();
    change(bench);
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(5_000);
    expect(bench.commands).toContain(MavCmd.COMPONENT_ARM_DISARM);
    expect(bench.refused).toEqual([]);
  });

  test("a refused arming tells PX4's own words", () => {
    const bench = px4();
    bench.result = (command) =>
      command === MavCmd.COMPONENT_ARM_DISARM ? MavResult.TEMPORARILY_REJECTED : MavResult.ACCEPTED;
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(1_800);
    bench.say({ name: "STATUSTEXT", severity: 2, text: "Arming denied: No manual control" });
    bench.run(600);
    expect(bench.refused).toEqual([
      "take-off: could not arm: temporarily_rejected (Arming denied: No manual control)",
    ]);
    const { length } = bench.climbs;
    bench.run(400);
    expect(bench.climbs).toHaveLength(length);
  });

  test("one that told its reason before it was asked, and then says no alone, is quoted", () => {
    const bench = px4();
    bench.say({ name: "STATUSTEXT", severity: 3, text: "Preflight Fail: Accel 0 uncalibrated" });
    bench.run(10_000);
    bench.result = (command) =>
      command === MavCmd.COMPONENT_ARM_DISARM ? MavResult.DENIED : MavResult.ACCEPTED;
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(3_000);
    const quoted = "before that: Preflight Fail: Accel 0 uncalibrated";
    expect(bench.refused).toEqual([`take-off: could not arm: denied (${quoted})`]);
    bench.run(30_000);
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(3_000);
    expect(bench.refused[1]).toBe("take-off: could not arm: denied");
  });

  test("[LG8] the pilot and the record get a long text whole, once", () => {
    const bench = px4();
    bench.result = (command) =>
      command === MavCmd.COMPONENT_ARM_DISARM ? MavResult.TEMPORARILY_REJECTED : MavResult.ACCEPTED;
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(1_800);
    const text = "Arming denied: Resolve system health failures first, then try again";
    for (const message of statusTexts({ severity: 2, text, id: 9 })) bench.say(message);
    bench.run(600);
    expect(bench.said).toEqual([text]);
    expect(bench.refused).toEqual([`take-off: could not arm: temporarily_rejected (${text})`]);
  });

  test("[AU4] it is landed by AUTO.LAND, and a way home, once chosen, is somebody else's", () => {
    const bench = px4Climbing();
    bench.autopilot.order("land", bench.atMs);
    const asked = bench.sent.at(-1);
    expect(asked).toMatchObject({ command: MavCmd.DO_SET_MODE, param1: 1, param2: 4, param3: 6 });
    bench.customMode = px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.RTL);
    bench.beat();
    const { length } = bench.commands;
    bench.run(2_000);
    expect(bench.commands).toHaveLength(length);
  });
});

describe("a landing that was ordered while nobody listened", () => {
  const heardAgainIn = (customMode: number): number[] => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 4);
    bench.armed = true;
    bench.beat();
    bench.isBeating = false;
    bench.run(5_000);
    bench.autopilot.order("land", bench.atMs);
    bench.customMode = customMode;
    bench.beat();
    bench.run(100);
    return bench.commands;
  };

  test("is the first thing that is said", () => {
    expect(heardAgainIn(4)).toEqual([MavCmd.DO_SET_MODE]);
  });

  test("[AU4] is not said to a vehicle that the safety pilot took meanwhile", () => {
    expect(heardAgainIn(5)).toEqual([]);
  });
});

describe("ArduPilot's parameters", () => {
  const takeOff = (change: (bench: Bench) => unknown): Bench => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    bench.run(1_000);
    change(bench);
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(12_000);
    return bench;
  };
  const isArmed = ({ commands }: Bench): boolean => commands.includes(MavCmd.COMPONENT_ARM_DISARM);

  test("[LG10] one whose name has changed is set by the other name", () => {
    const bench = takeOff((now) => {
      now.missing = ["SYSID_MYGCS"];
    });
    const sets = bench.sent.flatMap((one) => (one.name === "PARAM_SET" ? [one.paramId] : []));
    expect(sets).toContain("MAV_GCS_SYSID");
    expect(sets).toContain("MAV_GCS_SYSID_HI");
    expect(bench.failures).toEqual([]);
    expect(isArmed(bench)).toBe(true);
  });

  test("[LG10] what came with the other name is not asked of a version that has the first", () => {
    const bench = takeOff((now) => {
      now.silent = ["MAV_GCS_SYSID_HI"];
    });
    const sets = bench.sent.flatMap((one) => (one.name === "PARAM_SET" ? [one.paramId] : []));
    expect(sets).not.toContain("MAV_GCS_SYSID_HI");
    expect(isArmed(bench)).toBe(true);
  });

  test("[LG10] a version that answers nothing for what it lacks flies with what it has", () => {
    // As 4.7 did before it learnt PARAM_ERROR.
    const bench = takeOff((now) => {
      now.silent = ["SYSID_MYGCS", "MAV_GCS_SYSID_HI"];
    });
    expect(bench.failures).toEqual(["set MAV_GCS_SYSID_HI to 0 and read it back: no answer"]);
    expect(isArmed(bench)).toBe(true);
  });

  test("[LG10] the vehicle hears our heartbeats as those of its station before it is armed", () => {
    const bench = takeOff(() => undefined);
    const names = bench.sent.map((one) =>
      one.name === "COMMAND_LONG" && one.command === MavCmd.COMPONENT_ARM_DISARM ? "arm" : one.name,
    );
    const between = names.slice(names.lastIndexOf("PARAM_REQUEST_READ"), names.indexOf("arm"));
    expect(between.filter((name) => name === "HEARTBEAT").length).toBeGreaterThanOrEqual(2);
  });

  test("[LG10] a version that says it cannot land by itself flies, and that is told", () => {
    const bench = takeOff((now) => {
      now.missing = ["FS_GCS_ENABLE"];
    });
    expect(bench.failures).toEqual([
      "set FS_GCS_ENABLE to 5 and read it back: it has no such parameter",
    ]);
    expect(isArmed(bench)).toBe(true);
  });

  test.each(["GUID_TIMEOUT", "FS_GCS_ENABLE"])(
    "[LG10] one that says nothing of %s is not armed",
    (name) => {
      const bench = takeOff((now) => {
        now.silent = [name];
      });
      expect(bench.refused[0]).toContain(`could not set ${name}`);
      expect(bench.refused[0]).toContain("no answer");
      expect(isArmed(bench)).toBe(false);
    },
  );

  test.each([
    ["says so", { missing: ["GUID_TIMEOUT"] }],
    [
      "answers nothing, as older versions do",
      { silent: ["GUID_TIMEOUT"], listed: ["FS_THR_ENABLE"] },
    ],
  ])("[LG10] one that has no GUID_TIMEOUT and %s is not armed", (_, has) => {
    const bench = takeOff((now) => Object.assign(now, has));
    expect(bench.refused[0]).toContain("it has no such parameter");
    expect(isArmed(bench)).toBe(false);
  });
});

describe("where on Earth it is", () => {
  const told = ({ sent }: Bench) =>
    sent.filter((message) => message.name === "SET_GPS_GLOBAL_ORIGIN");
  const place = { latitude: 450_703_000, longitude: 76_869_000, altitude: 239_000 };

  test("[LG9] it is told while it shows no origin, also after it forgot the one it was told", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    bench.run(2_500);
    expect(told(bench)).toHaveLength(3);
    expect(told(bench)[0]).toMatchObject({ targetSystem: 1, ...place });
    // Copter 4.7 showed it once, and began its estimator 0.4 s later without it.
    bench.say({ name: "GPS_GLOBAL_ORIGIN", ...place, timeUsec: 0n });
    bench.run(2_900);
    expect(told(bench)).toHaveLength(3);
    bench.run(200);
    expect(told(bench)).toHaveLength(4);
    for (let second = 0; second < 10; second++) {
      bench.say({ name: "GPS_GLOBAL_ORIGIN", ...place, timeUsec: 0n });
      bench.run(1_000);
    }
    expect(told(bench)).toHaveLength(4);
  });

  test("[LG9] never while its motors turn", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 4);
    bench.armed = true;
    bench.beat();
    bench.run(3_000);
    expect(told(bench)).toEqual([]);
  });
});

describe("what it hears and says", () => {
  test("[LG11] the position comes with the deviation that was heard lately", () => {
    const bench = px4();
    expect(bench.poses.at(-1)?.sigmaM).toBeUndefined();
    const ratios = { velRatio: 0, posHorizRatio: 0, posVertRatio: 0, magRatio: 0 };
    bench.say({
      name: "ESTIMATOR_STATUS",
      timeUsec: 0n,
      flags: 0,
      ...ratios,
      ...{ haglRatio: 0, tasRatio: 0, posHorizAccuracy: 0.5, posVertAccuracy: 0.25 },
    });
    bench.at(1);
    expect(bench.poses.at(-1)?.sigmaM).toBe(0.5);
    bench.run(1_100);
    bench.at(1);
    expect(bench.poses.at(-1)?.sigmaM).toBeUndefined();
  });

  test("[LG11] an ArduPilot that gave its position up tells another, and it is not believed", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    const sigmaWith = (flags: number): number | undefined => {
      bench.ekf(flags);
      bench.at(1);
      return bench.poses.at(-1)?.sigmaM;
    };
    // As 4.7-dev was heard to say it: with odometry, and seven seconds after it ceased.
    expect(sigmaWith(831)).toBeUndefined();
    expect(sigmaWith(39)).toBe(1_000);
    bench.run(1_100);
    expect(sigmaWith(831)).toBeUndefined();
    expect(sigmaWith(831 | 128)).toBe(1_000);
  });

  test("[LG10] heartbeats go out several times within ArduPilot's two seconds", () => {
    const bench = px4();
    bench.sent.length = 0;
    bench.run(2_000);
    expect(bench.sent.filter(({ name }) => name === "HEARTBEAT").length).toBeGreaterThanOrEqual(5);
  });

  test("a plane's autopilot is told as one that is not flown here, once; a gimbal that names its own is not", () => {
    const bench = px4();
    bench.beat(MavType.GIMBAL, MavComponent.GIMBAL);
    expect(bench.notOurs).toEqual([]);
    bench.beat(MavType.FIXED_WING);
    bench.beat(MavType.FIXED_WING);
    expect(bench.notOurs).toEqual([[MavAutopilot.PX4, MavType.FIXED_WING]]);
  });

  test("one that sends a heartbeat a second is not lost for three that were lost", () => {
    const bench = px4();
    bench.isBeating = false;
    bench.beat();
    bench.run(4_400);
    expect(bench.status?.mode).toBe("other");
    bench.run(200);
    expect(bench.status?.mode).toBe("unknown");
  });

  test("[LG10] one that fell silent in flight is left in silence, so that it lands by itself", () => {
    const bench = px4Climbing();
    bench.isBeating = false;
    bench.run(4_600);
    bench.sent.length = 0;
    bench.run(4_500);
    expect(bench.sent).toEqual([]);
    bench.isBeating = true;
    bench.run(400);
    expect(bench.sent.map(({ name }) => name)).toContain("HEARTBEAT");
  });
});

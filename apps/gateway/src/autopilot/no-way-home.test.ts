import { MavAutopilot, MavCmd, MavLandedState, Px4MainMode, px4CustomMode } from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { AutopilotBench as Bench } from "../testing/autopilot-bench.ts";

const copter = [MavAutopilot.ARDUPILOTMEGA, 0] as const;
const px4 = [MavAutopilot.PX4, px4CustomMode(Px4MainMode.POSCTL)] as const;

function takeOff(vehicle: typeof copter | typeof px4, change: (bench: Bench) => void): Bench {
  const bench = new Bench(vehicle[0], vehicle[1]);
  change(bench);
  bench.landed(MavLandedState.ON_GROUND);
  bench.at(0);
  bench.run(2_500);
  bench.autopilot.order("take-off", bench.atMs);
  bench.run(15_000);
  return bench;
}

const isArmed = ({ commands }: Bench): boolean => commands.includes(MavCmd.COMPONENT_ARM_DISARM);

const setsOf = ({ sent }: Bench): Record<string, number> =>
  Object.fromEntries(
    sent.flatMap((one) => (one.name === "PARAM_SET" ? [[one.paramId, one.paramValue]] : [])),
  );

describe("[LG10] indoors nothing returns home, nor hovers where nobody may land it", () => {
  const makers = [
    [copter, "FS_THR_ENABLE", 1, 3, "land"],
    [copter, "FS_THR_ENABLE", 4, 3, "land"],
    [copter, "FS_THR_ENABLE", 5, 3, "land"],
    [copter, "FS_THR_ENABLE", 6, 3, "land"],
    [copter, "FS_THR_ENABLE", 7, 3, "land"],
    // A value that only a later version has is not taken for a landing.
    [copter, "FS_THR_ENABLE", 8, 3, "land"],
    [copter, "BATT_FS_LOW_ACT", 2, 1, "land"],
    [copter, "BATT_FS_CRT_ACT", 3, 1, "land"],
    [copter, "BATT_FS_CRT_ACT", 7, 1, "land"],
    [copter, "FENCE_ACTION", 1, 2, "land"],
    [copter, "FS_DR_ENABLE", 2, 1, "land"],
    [px4, "NAV_RCL_ACT", 2, 3, "land"],
    [px4, "NAV_RCL_ACT", 1, 3, "land"],
    [px4, "NAV_DLL_ACT", 2, 0, "do nothing"],
    [px4, "COM_LOW_BAT_ACT", 3, 2, "land"],
    [px4, "GF_ACTION", 3, 5, "land"],
    [px4, "COM_FLTT_LOW_ACT", 3, 1, "warn"],
    [px4, "COM_POS_LOW_ACT", 3, 5, "land"],
  ] as const;

  test.each(makers)("%j: %s at %d is set to %d (%s) before it is armed", (vehicle, id, was, to) => {
    const bench = takeOff(vehicle, (now) => {
      now.values = { [id]: was };
    });
    expect([bench.refused, isArmed(bench)]).toEqual([[], true]);
    expect(setsOf(bench)[id]).toBe(to);
    expect(bench.failsafesSet).toEqual([[id, was]]);
  });

  test.each(makers)(
    "%j with %s at %d is not armed where that stays",
    (vehicle, id, was, to, does) => {
      const bench = takeOff(vehicle, (now) => {
        now.values = { [id]: was };
        now.stubborn = [id];
      });
      const what = `rule out a return home or a hover by ${id}`;
      const why = `it stays at ${was}, set it to ${to} (${does})`;
      expect(bench.refused).toEqual([`take-off: could not ${what}: ${why}`]);
      expect(isArmed(bench)).toBe(false);
    },
  );

  test.each([
    [copter, { FS_THR_ENABLE: 3, BATT_FS_LOW_ACT: 1, FENCE_ACTION: 4, FS_DR_ENABLE: 1 }],
    [copter, { FS_THR_ENABLE: 0, BATT_FS_LOW_ACT: 5, FENCE_ACTION: 0, FS_DR_ENABLE: 0 }],
    [px4, { NAV_RCL_ACT: 3, NAV_DLL_ACT: 1, COM_LOW_BAT_ACT: 2, GF_ACTION: 2 }],
  ] as const)("%j that does neither is armed, and keeps what its owner set", (vehicle, values) => {
    const bench = takeOff(vehicle, (now) => {
      now.values = values;
    });
    expect(isArmed(bench)).toBe(true);
    expect(Object.keys(setsOf(bench)).filter((id) => Object.hasOwn(values, id))).toEqual([]);
  });

  test("what says nothing of its transmitter is not armed", () => {
    const bench = takeOff(copter, (now) => {
      now.silent = ["FS_THR_ENABLE"];
    });
    expect(bench.refused[0]).toContain("FS_THR_ENABLE: no answer");
    expect(isArmed(bench)).toBe(false);
  });

  test.each([
    ["lists it among all that it has", ["GUID_TIMEOUT", "FS_THR_ENABLE"]],
    ["lists nothing", []],
  ])("nor is one that says nothing of it, and %s", (_, listed) => {
    const bench = takeOff(copter, (now) => {
      now.silent = ["FS_THR_ENABLE"];
      now.listed = listed;
    });
    expect(bench.refused[0]).toContain("FS_THR_ENABLE: no answer");
    expect(isArmed(bench)).toBe(false);
  });

  test("what says nothing of it, and lists all that it has without it, is armed", () => {
    const bench = takeOff(copter, (now) => {
      now.silent = ["FS_THR_ENABLE", "BATT_FS_LOW_ACT", "FENCE_ACTION"];
      now.listed = ["GUID_TIMEOUT", "FS_GCS_ENABLE"];
    });
    expect(bench.failures).toContain(
      "rule out a return home or a hover by FS_THR_ENABLE: it has no such parameter",
    );
    const lists = bench.sent.filter(({ name }) => name === "PARAM_REQUEST_LIST");
    expect(lists).toHaveLength(1);
    expect(isArmed(bench)).toBe(true);
  });

  test("a version before 4.3 answers nothing for FS_DR_ENABLE, and is armed", () => {
    const bench = takeOff(copter, (now) => {
      now.silent = ["FS_DR_ENABLE"];
    });
    expect(isArmed(bench)).toBe(true);
  });

  test("what says that it has no such failsafe is armed", () => {
    const bench = takeOff(copter, (now) => {
      now.missing = ["FENCE_ACTION", "BATT_FS_CRT_ACT"];
    });
    expect(isArmed(bench)).toBe(true);
  });

  test("outdoors they are the owner's, and are not asked for", () => {
    const bench = takeOff(copter, (now) => {
      now.isIndoors = false;
      now.values = { FS_THR_ENABLE: 1 };
    });
    expect(isArmed(bench)).toBe(true);
    expect(Object.keys(setsOf(bench))).not.toContain("FS_THR_ENABLE");
  });
});

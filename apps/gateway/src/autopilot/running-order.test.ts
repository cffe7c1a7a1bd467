import {
  MavAutopilot,
  MavCmd,
  MavLandedState,
  MavResult,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { AutopilotBench as Bench } from "../testing/autopilot-bench.ts";

const offboard = px4CustomMode(Px4MainMode.OFFBOARD);
const positionMode = px4CustomMode(Px4MainMode.POSCTL);

describe.each([
  ["PX4", MavAutopilot.PX4, positionMode, offboard],
  ["ArduPilot", MavAutopilot.ARDUPILOTMEGA, 0, 4],
] as const)("%s was asked to arm, and has not yet answered", (_, kind, before, ours) => {
  const { COMPONENT_ARM_DISARM } = MavCmd;
  const armings = ({ sent }: Bench): number[] =>
    sent.flatMap((one) =>
      one.name === "COMMAND_LONG" && one.command === COMPONENT_ARM_DISARM ? [one.param1] : [],
    );
  function askedToArm(landed: number = MavLandedState.ON_GROUND): Bench {
    const bench = new Bench(kind, before);
    bench.landed(landed);
    bench.at(0);
    bench.run(1_000);
    bench.unanswered = (command, param1) => command === COMPONENT_ARM_DISARM && param1 === 1;
    bench.autopilot.order("take-off", bench.atMs);
    for (let ms = 0; ms < 5_000 && armings(bench).length === 0; ms += 20) bench.run(20);
    bench.customMode = ours;
    bench.beat();
    bench.run(40);
    return bench;
  }

  test("[AU4] one that says yes to our mode is armed when it shows it, and not before", () => {
    const bench = new Bench(kind, before);
    bench.entersOurs = false;
    bench.autopilot.order("take-off", bench.atMs);
    const asked = (): boolean => bench.commands.includes(MavCmd.DO_SET_MODE);
    for (let ms = 0; ms < 5_000 && !asked(); ms += 20) bench.run(20);
    bench.run(1_000);
    expect(armings(bench)).toEqual([]);
    bench.customMode = ours;
    bench.run(400);
    expect(armings(bench)[0]).toBe(1);
  });

  test("[AU4] one that says yes to our mode and stays in another is never armed", () => {
    const bench = new Bench(kind, before);
    bench.entersOurs = false;
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(8_000);
    expect(armings(bench)).toEqual([]);
    expect(bench.refused).toHaveLength(1);
    expect(bench.refused[0]).toContain("it shows another mode");
  });

  test("[LG4] a pilot who presses stop or is lost leaves no turning motors", () => {
    const bench = askedToArm();
    bench.mayTakeOff = false;
    bench.run(40);
    expect(armings(bench)).toEqual([1, 0]);
    bench.run(400);
    expect(bench.refused[0]).toContain("the pilot was lost");
  });

  test("[LG4] nor one whose wish to stop its motors is lost once on the way", () => {
    const bench = askedToArm();
    bench.unanswered = () => true;
    bench.mayTakeOff = false;
    bench.run(60);
    bench.unanswered = () => false;
    bench.run(800);
    expect(armings(bench)).toEqual([1, 0, 0]);
  });

  test("[LG4] nor does one who orders a landing", () => {
    const bench = askedToArm();
    bench.autopilot.order("land", bench.atMs);
    bench.run(60);
    expect(armings(bench).at(-1)).toBe(0);
    bench.run(400);
    expect(bench.refused).toEqual(["land: its motors are off already"]);
  });

  test("a landing that it refuses again and again is told with what was asked of it", () => {
    const bench = new Bench(kind, ours);
    bench.armed = true;
    bench.beat();
    bench.result = (command) =>
      command === MavCmd.DO_SET_MODE ? MavResult.TEMPORARILY_REJECTED : MavResult.ACCEPTED;
    bench.autopilot.order("land", bench.atMs);
    bench.run(3_000);
    expect(bench.refused).toHaveLength(1);
    expect(bench.refused[0]).toMatch(
      /^land: could not set mode (AUTO\.)?LAND: temporarily_rejected$/,
    );
  });

  test("[LG4] one that flies by then keeps its motors", () => {
    const bench = askedToArm();
    bench.armed = true;
    bench.beat();
    bench.landed(MavLandedState.IN_AIR);
    bench.mayTakeOff = false;
    bench.run(2_000);
    expect(armings(bench)).not.toContain(0);
  });

  test.each([
    ["of no ground and has risen, keeps its motors", MavLandedState.UNDEFINED, 0.5, false],
    ["of the ground too late, and has risen, too", MavLandedState.ON_GROUND, 0.5, false],
    ["of no ground and stands, does not", MavLandedState.UNDEFINED, 0.1, true],
  ])("[LG4] one that tells %s", (_, landed, heightM, isDisarmed) => {
    const bench = askedToArm(landed);
    bench.armed = true;
    bench.beat();
    bench.at(heightM);
    bench.mayTakeOff = false;
    bench.run(2_000);
    expect(armings(bench).includes(0)).toBe(isDisarmed);
    expect(bench.refused.length).toBe(isDisarmed ? 1 : 0);
  });

  test("[AU4] nor is one disarmed that the safety pilot took in the moment of its arming", () => {
    const bench = new Bench(kind, before);
    bench.entersOurs = false;
    bench.landed(MavLandedState.ON_GROUND);
    bench.at(0);
    bench.run(1_000);
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(2_900);
    for (const customMode of [ours, before]) {
      bench.customMode = customMode;
      bench.beat();
      bench.armed = true;
    }
    bench.mayTakeOff = false;
    bench.run(2_000);
    expect(armings(bench)).toEqual([1]);
    expect(bench.refused).toEqual(["take-off: the mode was changed on the vehicle"]);
  });

  test("[AU4] nor is one disarmed that the safety pilot took meanwhile", () => {
    const bench = askedToArm();
    bench.customMode = before;
    bench.beat();
    bench.mayTakeOff = false;
    bench.run(2_000);
    expect(armings(bench)).not.toContain(0);
    expect(bench.refused).toEqual(["take-off: the mode was changed on the vehicle"]);
  });
});

test.each([
  [0.5, []],
  [0.1, ["take-off: could not take off: no answer"]],
])(
  "an ArduPilot that tells of no ground, %d m up, and acknowledges no take-off",
  (heightM, refused) => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    bench.unanswered = (command) => command === MavCmd.NAV_TAKEOFF;
    bench.at(0);
    bench.run(1_000);
    bench.autopilot.order("take-off", bench.atMs);
    bench.run(2_000);
    expect(bench.commands).toContain(MavCmd.NAV_TAKEOFF);
    bench.customMode = 4;
    bench.armed = true;
    bench.beat();
    bench.at(heightM);
    bench.run(4_000);
    expect(bench.refused).toEqual(refused);
  },
);

describe("a Copter that was told to land and has not been heard since", () => {
  const [guided, loiter] = [4, 5];
  const landings = ({ sent }: Bench): number =>
    sent.filter((one) => one.name === "COMMAND_LONG" && one.command === MavCmd.DO_SET_MODE).length;
  function unheardSince(ms: number): Bench {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, guided);
    bench.armed = true;
    bench.at(1.5);
    bench.run(1_000);
    bench.unanswered = () => true;
    bench.autopilot.order("land", bench.atMs);
    expect(landings(bench)).toBe(1);
    bench.isBeating = false;
    bench.run(ms);
    bench.sent.length = 0;
    return bench;
  }

  test("[AU4] is told no more, for its safety pilot may have taken it", () => {
    const bench = unheardSince(1_600);
    bench.run(1_000);
    bench.autopilot.order("land", bench.atMs);
    expect(landings(bench)).toBe(0);
    bench.customMode = loiter;
    bench.beat();
    bench.run(1_000);
    expect(landings(bench)).toBe(0);
  });

  test("[LG2] is told again when it is heard, and still ours", () => {
    const bench = unheardSince(1_600);
    bench.beat();
    bench.run(1_000);
    expect(landings(bench)).toBeGreaterThan(0);
  });
});

import {
  MavAutopilot,
  MavLandedState,
  type OutgoingMessage,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { AutopilotBench as Bench } from "../testing/autopilot-bench.ts";

const copter = { kind: MavAutopilot.ARDUPILOTMEGA, others: 5, guided: 4 } as const;
const px4 = {
  kind: MavAutopilot.PX4,
  others: px4CustomMode(Px4MainMode.POSCTL),
  guided: px4CustomMode(Px4MainMode.OFFBOARD),
} as const;

const setIn = (sent: readonly OutgoingMessage[]): string[] =>
  sent.flatMap((one) => (one.name === "PARAM_SET" ? [one.paramId] : []));

const isConfirmed = ({ status }: Bench): boolean => status?.guardsConfirmed === true;

const copterGuards = ["GUID_TIMEOUT", "SYSID_MYGCS", "FS_GCS_TIMEOUT", "FS_GCS_ENABLE"];

/** Flown up by somebody else, and met in the air. */
function metInTheAir(vehicle: typeof copter | typeof px4, change?: (bench: Bench) => void): Bench {
  const bench = new Bench(vehicle.kind, vehicle.others);
  change?.(bench);
  bench.armed = true;
  bench.beat();
  bench.landed(MavLandedState.IN_AIR);
  bench.run(4_000);
  return bench;
}

describe("[LG10] the autopilot's time-outs", () => {
  test("are set and read back when it is met, before anybody takes off", () => {
    const bench = new Bench(copter.kind, 0);
    bench.run(200);
    expect(isConfirmed(bench)).toBe(false);
    bench.run(2_000);
    expect(setIn(bench.sent)).toEqual(copterGuards);
    expect(isConfirmed(bench)).toBe(true);
  });

  test("of a Copter in somebody else's hands: only what GUIDED alone heeds, and the rest once it is ours", () => {
    const bench = metInTheAir(copter);
    expect(setIn(bench.sent)).toEqual(["GUID_TIMEOUT"]);
    expect(isConfirmed(bench)).toBe(false);
    bench.customMode = copter.guided;
    bench.sent.length = 0;
    bench.run(2_500);
    expect(setIn(bench.sent)).toEqual(copterGuards);
    expect(isConfirmed(bench)).toBe(true);
    // [AU4] The safety pilot who takes it later is left in peace.
    bench.customMode = copter.others;
    bench.run(200);
    bench.sent.length = 0;
    bench.run(4_000);
    expect(setIn(bench.sent)).toEqual([]);
  });

  test("of a PX4 act in OFFBOARD alone, and are set in whoever's hands it is", () => {
    const bench = metInTheAir(px4);
    expect(setIn(bench.sent)).toEqual(["COM_OF_LOSS_T", "COM_OBL_RC_ACT"]);
    expect(isConfirmed(bench)).toBe(true);
  });

  test("[AU4] are not set on while the safety pilot takes it", () => {
    const bench = metInTheAir(copter);
    bench.customMode = copter.guided;
    bench.run(60);
    bench.customMode = copter.others;
    bench.beat();
    bench.sent.length = 0;
    bench.run(4_000);
    expect(setIn(bench.sent)).not.toContain("FS_GCS_ENABLE");
    expect(isConfirmed(bench)).toBe(false);
  });

  test("are not confirmed where one is not taken, and are asked again", () => {
    const bench = metInTheAir(copter, (now) => {
      now.silent = ["FS_GCS_ENABLE"];
    });
    bench.customMode = copter.guided;
    bench.run(8_000);
    expect(isConfirmed(bench)).toBe(false);
    bench.silent = [];
    bench.run(6_000);
    expect(isConfirmed(bench)).toBe(true);
  });

  test("are set again when it has started anew", () => {
    const bench = new Bench(copter.kind, 0);
    bench.bootMs = 100_000;
    bench.at(0);
    bench.run(3_000);
    bench.bootMs = 500;
    bench.attitude();
    expect(isConfirmed(bench)).toBe(false);
    bench.sent.length = 0;
    bench.run(3_000);
    expect(setIn(bench.sent)).toEqual(copterGuards);
    expect(isConfirmed(bench)).toBe(true);
  });

  test("are set again when it was lost and found", () => {
    const bench = new Bench(copter.kind, 0);
    bench.run(3_000);
    bench.isBeating = false;
    bench.run(5_000);
    expect(isConfirmed(bench)).toBe(false);
    bench.isBeating = true;
    bench.sent.length = 0;
    bench.run(3_000);
    expect(setIn(bench.sent)).toEqual(copterGuards);
    expect(isConfirmed(bench)).toBe(true);
  });

  test("are set again when another station has changed one, and left when it shows the same", () => {
    const bench = new Bench(copter.kind, copter.guided);
    bench.run(3_000);
    bench.sent.length = 0;
    bench.parameter("GUID_TIMEOUT", 0.3);
    bench.parameter("WPNAV_SPEED", 100);
    bench.run(1_000);
    expect(setIn(bench.sent)).toEqual([]);
    bench.parameter("GUID_TIMEOUT", 3);
    expect(isConfirmed(bench)).toBe(false);
    bench.run(3_000);
    expect(setIn(bench.sent)).toEqual(copterGuards);
    expect(isConfirmed(bench)).toBe(true);
  });
});

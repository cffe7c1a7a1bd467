import { CopterMode, MavAutopilot } from "@pista/mavlink";
import { expect, test } from "vitest";
import { AutopilotBench } from "../testing/autopilot-bench.ts";

test("[LG11] a position that was overtaken on the way is not taken for the newest", () => {
  const bench = new AutopilotBench(MavAutopilot.ARDUPILOTMEGA, CopterMode.GUIDED);
  const newestAt = (bootMs: number, heightM: number): number | undefined => {
    bench.bootMs = bootMs;
    bench.at(heightM);
    return bench.poses.at(-1)?.position.upM;
  };
  expect(newestAt(10_000, 1)).toBe(1);
  expect(newestAt(9_500, 2)).toBe(1);
  expect(newestAt(10_020, 3)).toBe(3);
  // It started anew, and its clock with it.
  expect(newestAt(40, 4)).toBe(4);
});

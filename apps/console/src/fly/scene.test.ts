import { describe, expect, test } from "vitest";
import { actingRung } from "./scene.ts";

describe("the ladder", () => {
  test.each([
    ["fly", undefined, "fly"],
    ["slow", undefined, "slow"],
    ["fly", "stop-latched", "hold"],
    ["slow", "recovering", "hold"],
    ["land", "link-lost", "land"],
    ["hold", "safety-pilot", undefined],
    [undefined, "no-lease", undefined],
  ] as const)("[LG2] on %s, locked by %s, it acts as %s", (rung, lock, acting) => {
    expect(actingRung({ rung, lock })).toBe(acting);
  });
});

import { centredSticks } from "@pista/flight";
import { describe, expect, test } from "vitest";
import { chooseSource, sticksFromGamepad, sticksFromKeys } from "./stick-sources.ts";

describe("stick sources", () => {
  test("keys deflect fully, and opposite ones cancel out", () => {
    expect(sticksFromKeys(new Set(["KeyW", "ArrowUp", "KeyQ"]))).toEqual({
      forward: 1,
      right: 0,
      up: 1,
      yawRight: -1,
    });
    expect(sticksFromKeys(new Set(["KeyA", "KeyD"]))).toEqual(centredSticks);
    expect(sticksFromKeys(new Set(["KeyE", "ArrowRight"])).yawRight).toBe(1);
    expect(sticksFromKeys(new Set(["KeyT"]))).toEqual(centredSticks);
  });

  test("a gamepad's noise at rest is no command, and beyond it nothing jumps", () => {
    expect(sticksFromGamepad([0.08, -0.079, 0.05, 0])).toEqual(centredSticks);
    const { yawRight, up, right, forward } = sticksFromGamepad([1, -1, -1, -1]);
    expect([yawRight, up, right, forward]).toEqual([1, 1, -1, 1]);
    expect(sticksFromGamepad([0.09, 0, 0, 0]).yawRight).toBeCloseTo(0.0109, 3);
  });

  test("a gamepad that reports nonsense commands nothing", () => {
    expect(sticksFromGamepad([Number.NaN, Number.NaN])).toEqual(centredSticks);
    expect(sticksFromGamepad([])).toEqual(centredSticks);
  });

  test("whichever is moved takes over, and one that lies still overrules nobody", () => {
    const still = { keyboard: centredSticks, gamepad: centredSticks, touch: centredSticks };
    const pushed = { ...centredSticks, forward: 1 };
    expect(chooseSource(still, "keyboard")).toBe("keyboard");
    expect(chooseSource({ ...still, gamepad: pushed }, "keyboard")).toBe("gamepad");
    expect(chooseSource({ ...still, keyboard: pushed }, "gamepad")).toBe("keyboard");
    expect(chooseSource({ ...still, keyboard: pushed, gamepad: pushed }, "keyboard")).toBe(
      "keyboard",
    );
  });
});

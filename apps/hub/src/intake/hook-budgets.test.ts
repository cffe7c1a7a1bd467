import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { createHookBudgets, hookLimits } from "./hook-budgets.ts";

test("[IN5] a hook that has spent its messages or its bytes owes time, and no other does", () => {
  const clock = createManualClock();
  const budgets = createHookBudgets(clock);
  for (let sent = 0; sent < hookLimits.messages.burst; sent++) budgets.spend("one", 10);
  expect(budgets.debtMs("one")).toBe(0);
  budgets.spend("one", 10);
  expect(budgets.debtMs("one")).toBe(5);
  budgets.spend("two", hookLimits.bytes.burst + hookLimits.bytes.perSecond);
  expect([budgets.debtMs("two"), budgets.debtMs("three")]).toEqual([1_000, 0]);
  clock.advance(1_000);
  expect([budgets.debtMs("one"), budgets.debtMs("two")]).toEqual([0, 0]);
});

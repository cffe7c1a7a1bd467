import { expect, test } from "vitest";
import { assert, assertNever, BrokenInvariant, defined } from "./assert.ts";
import { fail, ok } from "./result.ts";

test("a refusal is a value", () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 });
  expect(fail({ kind: "taken" })).toEqual({ ok: false, fault: { kind: "taken" } });
});

test("a broken invariant stops the work and says which", () => {
  expect(() => assert(false, "A bay has two ends.")).toThrow(BrokenInvariant);
  expect(() => assertNever("x" as never, "A state")).toThrow(/A state .*"x"/);
  expect(() => defined(undefined, "The hall")).toThrow(/The hall is missing/);
  expect(defined(0, "A count")).toBe(0);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapReport, type ReportMapping } from "./report-mapping.ts";

const named: ReportMapping = {
  stateField: "parking.status",
  occupied: ["occupied", 1, true],
  free: ["free", 0, false],
  batteryField: "battery",
  temperatureField: "temperature.board",
};
const near: ReportMapping = { distanceField: "distance", occupiedBelowCm: 120 };

describe("[RM1] a state by its name or by a distance", () => {
  test.each([
    [named, { parking: { status: "occupied" } }, "occupied"],
    [named, { parking: { status: 1 } }, "occupied"],
    [named, { parking: { status: false } }, "free"],
    [near, { distance: 119.9 }, "occupied"],
    [near, { distance: 120 }, "free"],
    [near, { distance: 0 }, "occupied"],
    [{ ...near, distanceField: "levels.0" }, { levels: [30] }, "occupied"],
  ] as const)("%j of %j is %s", (mapping, data, state) => {
    expect(mapReport(mapping, data)).toEqual({ ok: true, value: { state } });
  });
});

describe("[RM2] what the mapping does not name is a fault", () => {
  test.each<[ReportMapping, unknown, string]>([
    [named, {}, "field-missing"],
    [named, null, "field-missing"],
    [named, { parking: { status: null } }, "field-missing"],
    [named, { parking: { status: "calibrating" } }, "value-unmapped"],
    [named, { parking: { status: "1" } }, "value-unmapped"],
    [{ ...named, stateField: "constructor" }, {}, "field-missing"],
    [{ stateField: "s", occupied: [1], free: [1] }, { s: 1 }, "value-unmapped"],
    [near, {}, "field-missing"],
    [near, { distance: -1 }, "value-unmapped"],
    [near, { distance: "90" }, "value-unmapped"],
  ])("%j of %j is %s", (mapping, data, kind) => {
    const mapped = mapReport(mapping, data);
    expect(!mapped.ok && mapped.fault.kind).toBe(kind);
  });
});

test("[RM3] a battery or a temperature that is absurd is left out", () => {
  const parking = { status: "free" };
  expect(mapReport(named, { parking, battery: 88, temperature: { board: -4.5 } })).toEqual({
    ok: true,
    value: { state: "free", batteryPct: 88, temperatureC: -4.5 },
  });
  for (const [battery, board] of [
    [101, 1e300],
    [-1, "warm"],
    [null, undefined],
  ]) {
    expect(mapReport(named, { parking, battery, temperature: { board } })).toEqual({
      ok: true,
      value: { state: "free" },
    });
  }
});

test("[RM2] whatever the data, there is an answer", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (data, path) => {
      const mapped = mapReport({ ...named, stateField: path }, data);
      expect(typeof mapped.ok).toBe("boolean");
    }),
  );
});

import { type Inventory, parseInventory } from "@pista/parking";
import { expect, test } from "vitest";
import { inventoryParts } from "./inventory-parts.ts";

const side = 0.0001;
/** Zones of so many bays each, with a policy of their own and one that nobody uses. */
function inventoryOf(replaces: Inventory["replaces"], zones: number, baysEach: number): Inventory {
  const names = Array.from({ length: zones }, (_, index) => `z-${index}`);
  const parsed = parseInventory({
    replaces,
    endedZoneIds: replaces === "everything" ? [] : ["gone"],
    policies: ["spare", ...names].map((id) => ({
      ...{ id, name: id, priority: 1, rules: [{ activity: "parking" }] },
    })),
    areas: [
      {
        id: "all",
        name: "All",
        ring: [
          [7, 45],
          [8, 45],
          [8, 46],
          [7, 45],
        ],
      },
    ],
    zones: names.map((id) => ({
      ...{
        id,
        name: id,
        line: [
          [7.5, 45.2],
          [7.5, 45.2 + side],
        ],
        policyIds: [id],
        areaIds: ["all"],
      },
    })),
    bays: names.flatMap((zoneId) =>
      Array.from({ length: baysEach }, (_, index) => ({
        ...{
          id: `${zoneId}-${index}`,
          zoneId,
          label: "B",
          kerb: [
            [7.5, 45.2],
            [7.5, 45.2],
          ],
        },
      })),
    ),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fault));
  return parsed.value;
}

test("a small one is one request, and so is one that replaces everything", () => {
  expect(inventoryParts(inventoryOf("listed-zones", 2, 10))).toHaveLength(1);
  expect(inventoryParts(inventoryOf("everything", 6, 1_000))).toHaveLength(1);
});

test("a large one is cut between zones, and each part can stand alone", () => {
  const parts = inventoryParts(inventoryOf("listed-zones", 12, 400));
  expect(parts.map(({ zones, bays }) => [zones?.length, bays?.length])).toEqual([
    [0, 0],
    [4, 1_600],
    [4, 1_600],
    [4, 1_600],
    [0, 0],
  ]);
  expect(parts.map(({ endedZoneIds }) => endedZoneIds?.length)).toEqual([0, 0, 0, 0, 1]);
  for (const part of parts) expect(parseInventory(part).ok).toBe(true);
  expect(parts.map(({ policies }) => policies?.length)).toEqual([13, 4, 4, 4, 13]);
  expect(parts.map(({ areas }) => areas?.length)).toEqual([1, 1, 1, 1, 1]);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { documentOf, faultsMax, itemsOf, parseInventory } from "./index.ts";

const guide = fileURLToPath(new URL("../../../docs/import-the-inventory.md", import.meta.url));
const exampleText = /```json\n([\s\S]*?)```/.exec(readFileSync(guide, "utf8"))?.[1] ?? "";

type Json = ReturnType<typeof JSON.parse>;
/** The example of the guide, with something changed. */
const changed = (change: (document: Json) => void): Json => {
  const document: Json = JSON.parse(exampleText);
  change(document);
  return document;
};
const faultsOf = (document: unknown) => {
  const parsed = parseInventory(document);
  return parsed.ok ? [] : parsed.fault;
};

describe("a document", () => {
  test("[IV1] the guide's example is read whole", () => {
    const parsed = parseInventory(changed(() => {}));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.fault));
    expect(parsed.value.bays.map(({ kind }) => kind)).toEqual(["loading", "general"]);
    expect(parsed.value.bays[0]?.kerb[1]).toEqual({ lngDeg: 7.68007, latDeg: 45.07 });
    expect(parsed.value.policies[0]?.timeSpans?.[0]?.window).toEqual({
      ...{ timeZone: "Europe/Rome", weekdays: [1, 2, 3, 4, 5, 6] },
      ...{ fromMinute: 480, toMinute: 1_170, firstDay: "2000-01-01", lastDay: "2099-12-31" },
    });
  });

  test("[IV6] written from what was read, it reads the same", () => {
    const parsed = parseInventory(changed(() => {}));
    if (!parsed.ok) throw new Error("The example has faults.");
    const written = documentOf(parsed.value, itemsOf(parsed.value));
    expect(parseInventory(JSON.parse(JSON.stringify(written)))).toEqual(parsed);
    expect(written.bays[0]).toMatchObject({
      id: "via-prova-1",
      kerb: [
        [7.68, 45.07],
        [7.68007, 45.07],
      ],
    });
  });

  test.each<[at: string, what: RegExp, change: (document: Json) => void]>([
    ["replaces", /value/, (d) => delete d.replaces],
    ["tariffs", /member/, (d) => (d.tariffs = [])],
    ["bays[0].colour", /member/, (d) => (d.bays[0].colour = "blue")],
    ["bays[0].id", /no id/, (d) => (d.bays[0].id = "Via Prova")],
    ["bays[0].label", /text/, (d) => (d.bays[0].label = " ")],
    ["bays[0].label", /text/, (d) => (d.bays[0].label = "a\0b")],
    ["bays[0].kind", /value/, (d) => (d.bays[0].kind = "handicapped")],
    ["bays[0].kerb", /1 entries/, (d) => d.bays[0].kerb.pop()],
    ["bays[0].kerb[1]", /position/, (d) => (d.bays[0].kerb[1] = [45.07, 700])],
    ["bays[0].lengthCm", /number/, (d) => (d.bays[0].lengthCm = 5.5)],
    ["bays", /no list/, (d) => (d.bays = {})],
    ["zones[0]", /no object/, (d) => (d.zones[0] = null)],
    ["zones[0].streetSide", /value/, (d) => (d.zones[0].streetSide = "north")],
    ["zones[0].median", /neither/, (d) => (d.zones[0].median = "yes")],
    ["policies[0].rules[0].activity", /value/, (d) => (d.policies[0].rules[0].activity = "sleep")],
    ["policies[0].rules", /0 entries/, (d) => (d.policies[0].rules = [])],
    [
      "policies[1].rules[0].userClasses[0]",
      /word/,
      (d) => (d.policies[1].rules[0].userClasses = ["Vans!"]),
    ],
    [
      "policies[0].timeSpans[0].window",
      /before it begins/,
      (d) => (d.policies[0].timeSpans[0].window.toMinute = 400),
    ],
    [
      "policies[0].timeSpans[0].window.weekdays[0]",
      /value/,
      (d) => (d.policies[0].timeSpans[0].window.weekdays = [0]),
    ],
    [
      "policies[0].timeSpans[0].window.firstDay",
      /no day/,
      (d) => (d.policies[0].timeSpans[0].window.firstDay = "2026-02-30"),
    ],
    [
      "policies[0].timeSpans[0].window",
      /last day/,
      (d) => (d.policies[0].timeSpans[0].window.firstDay = "2100-01-01"),
    ],
    ["offStreet[0].entrances", /0 entries/, (d) => (d.offStreet[0].entrances = [])],
    ["offStreet[0].capacity.lorries", /member/, (d) => (d.offStreet[0].capacity.lorries = 1)],
  ])("[IV1] %s is a fault with its place", (at, what, change) => {
    expect(faultsOf(changed(change))).toEqual([
      { at, what: expect.stringMatching(what), remedy: expect.stringMatching(/\.$/) },
    ]);
  });

  test.each<[at: string, what: RegExp, change: (document: Json) => void]>([
    ["endedZoneIds[0]", /ended/, (d) => (d.endedZoneIds = ["via-old"])],
    [
      "endedZoneIds[0]",
      /ended/,
      (d) => Object.assign(d, { replaces: "listed-zones", endedZoneIds: ["via-prova-north"] }),
    ],
    ["bays[1].id", /twice/, (d) => (d.bays[1].id = "via-prova-1")],
    ["policies[3].id", /twice/, (d) => d.policies.push(d.policies[1])],
    ["bays[1].zoneId", /no zone/, (d) => (d.bays[1].zoneId = "nowhere")],
    ["bays[0].policyIds", /no policy/, (d) => (d.bays[0].policyIds = ["none"])],
    ["zones[0].policyIds", /no policy/, (d) => d.zones[0].policyIds.push("none")],
    ["zones[0].areaIds", /no area/, (d) => (d.areas = [])],
    ["curbObjects[0].zoneId", /no zone/, (d) => (d.curbObjects[0].zoneId = "nowhere")],
    ["curbObjects[0].bayId", /no bay/, (d) => (d.curbObjects[0].bayId = "none")],
    ["curbObjects[0].policyId", /no policy/, (d) => (d.curbObjects[0].policyId = "none")],
    ["bays[1].spaceNumber", /taken/, (d) => (d.bays[1].spaceNumber = 1)],
    [
      "policies[1].rules[1].userClasses",
      /same users/,
      (d) => (d.policies[1].rules[1].userClasses = ["delivery"]),
    ],
    [
      "zones[0].policyIds",
      /one priority/,
      (d) => {
        d.policies[0].priority = 1;
        d.policies[0].timeSpans[0].window.fromMinute = 300;
      },
    ],
    [
      "bays[0].policyIds",
      /one priority/,
      (d) => {
        d.policies[1].priority = 20;
      },
    ],
  ])("[IV2] %s is checked against the rest", (at, what, change) => {
    expect(faultsOf(changed(change))).toEqual([
      { at, what: expect.stringMatching(what), remedy: expect.stringMatching(/\.$/) },
    ]);
  });

  test("[IV2] one priority is no fault where the policies never meet", () => {
    // Cleaning ends at six, paid parking begins at eight.
    expect(faultsOf(changed((d) => (d.policies[0].priority = 1)))).toEqual([]);
  });

  test("[IV1] a thousand faults are not listed", () => {
    const bays = Array.from({ length: 1_000 }, () => ({}));
    expect(faultsOf(changed((d) => (d.bays = bays)))).toHaveLength(faultsMax);
  });

  test.each([undefined, null, [], "text", 7, {}])("[IV1] %j is no inventory", (document) => {
    expect(faultsOf(document).length).toBeGreaterThan(0);
  });
});

describe("shapes", () => {
  const square = [
    [7.67, 45.06],
    [7.69, 45.06],
    [7.69, 45.08],
    [7.67, 45.08],
    [7.67, 45.06],
  ];
  const withRing = (ring: number[][]) => changed((d) => (d.areas[0].ring = ring));

  test.each<[string, number[][], RegExp | undefined]>([
    ["a square", square, undefined],
    ["its other way round", square.toReversed(), undefined],
    ["an open one", square.slice(0, 4), /open/],
    [
      "a bow tie",
      [
        [7.67, 45.06],
        [7.69, 45.08],
        [7.69, 45.06],
        [7.67, 45.08],
        [7.67, 45.06],
      ],
      /crosses/,
    ],
    ["one with a spike", [...square.slice(0, 2), [7.7, 45.06], ...square.slice(1)], /crosses/],
    ["one with a point twice", [...square.slice(0, 2), ...square.slice(1)], /crosses/],
    [
      "one that touches itself",
      [...square.slice(0, 3), [7.68, 45.06], ...square.slice(3)],
      /crosses/,
    ],
    [
      "one that folds back at its seam",
      [
        [7.68, 45.06],
        ...square.slice(1, 4),
        [7.67, 45.06],
        [7.675, 45.06],
        [7.67, 45.06],
        [7.68, 45.06],
      ],
      /crosses/,
    ],
  ])("[IV3] a ring: %s", (_, ring, what) => {
    expect(faultsOf(withRing(ring)).map((fault) => [fault.at, fault.what])).toEqual(
      what ? [["areas[0].ring", expect.stringMatching(what)]] : [],
    );
  });

  test("[IV3] a zone has a ring or a line, and a whole roadway has no side", () => {
    const both = changed((d) => (d.zones[0].ring = square));
    expect(faultsOf(both).map(({ at }) => at)).toEqual(["zones[0]"]);
    expect(faultsOf(changed((d) => delete d.zones[0].line)).map(({ at }) => at)).toEqual([
      "zones[0]",
    ]);
    const wide = changed((d) => (d.zones[0].entireRoadway = true));
    expect(faultsOf(wide).map(({ at }) => at)).toEqual(["zones[0].streetSide"]);
  });

  test.each([
    [45.07008, true],
    [45.0701, false],
    [45.06992, true],
    [45.0699, false],
  ])("[IV3] a bay at %d north, beside a line at 45.07: %s", (latDeg, isNear) => {
    const document = changed(
      (d) =>
        (d.bays[1].kerb = [
          [7.6805, latDeg],
          [7.68057, latDeg],
        ]),
    );
    const faults = faultsOf(document).map(({ at, what }) => `${at}: ${what}`);
    expect(faults).toEqual(
      isNear ? [] : [expect.stringMatching(/^bays\[1\]\.kerb: it lies 11 m outside its zone/)],
    );
  });

  test("[IV3] within a ring any bay is in its zone, and far from it none is", () => {
    const ringed = (kerb: number[][]) =>
      changed((d) => {
        delete d.zones[0].line;
        d.zones[0].ring = square;
        d.bays[0].kerb = kerb;
      });
    expect(
      faultsOf(
        ringed([
          [7.6899, 45.0799],
          [7.6898, 45.0799],
        ]),
      ),
    ).toEqual([]);
    expect(
      faultsOf(
        ringed([
          [7.68, 45.07],
          [7.7, 45.07],
        ]),
      ),
    ).toHaveLength(1);
  });
});

import { createRandom, epochMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { type InventoryItem, type ItemVersion, keyOf, nextVersions } from "./index.ts";

const item = (id: string, body: InventoryItem["body"]): InventoryItem => ({
  ...{ kind: "policy", id, zoneId: undefined, body },
});
const at = (ms: number) => epochMs(ms);

test("[IV5] what is new begins, what differs goes on as its next version, what is missing ends", () => {
  const first = nextVersions([], [item("a", { x: 1 }), item("b", { y: 1 }), item("c", {})], at(10));
  expect(first.added.map(({ id, version, validFromMs }) => [id, version, validFromMs])).toEqual([
    ["a", 1, 10],
    ["b", 1, 10],
    ["c", 1, 10],
  ]);
  const second = nextVersions(first.added, [item("a", { x: 1 }), item("b", { y: 2 })], at(20));
  expect(second).toMatchObject({ added: [], unchanged: 1 });
  expect(second.changed).toMatchObject([
    { before: { id: "b", version: 1, validToMs: 20 }, after: { version: 2, validFromMs: 20 } },
  ]);
  expect(second.ended).toMatchObject([{ id: "c", version: 1, validToMs: 20, body: {} }]);
});

test("[IV5] the same again changes nothing, in whatever order its members stand", () => {
  const known = nextVersions([], [item("a", { x: [1, { p: 1, q: 2 }], y: null })], at(10)).added;
  const same = item("a", { y: null, x: [1, { q: 2, p: 1 }] });
  expect(nextVersions(known, [same], at(20))).toEqual({
    added: [],
    changed: [],
    ended: [],
    unchanged: 1,
  });
  for (const other of [
    { x: [1, { p: 1 }], y: null },
    { x: [{ p: 1, q: 2 }, 1], y: null },
    { x: {}, y: null },
  ]) {
    expect(nextVersions(known, [item("a", other)], at(20)).changed).toHaveLength(1);
  }
});

test("[IV5] history is only added to, whatever comes and goes and however the clock jumps", () => {
  const random = createRandom(7);
  const history = new Map<string, ItemVersion>();
  const slot = (one: ItemVersion) => `${keyOf(one)} ${one.version}`;
  for (let round = 0; round < 500; round++) {
    const wanted = ["a", "b", "c", "d"]
      .filter(() => random.chance(0.6))
      .map((id) => item(id, { value: random.integer(2) }));
    const newest = new Map<string, ItemVersion>();
    for (const one of history.values()) {
      if (one.version >= (newest.get(keyOf(one))?.version ?? 0)) newest.set(keyOf(one), one);
    }
    const changes = nextVersions([...newest.values()], wanted, at(1_000 + random.integer(1_000)));
    for (const ended of [...changes.ended, ...changes.changed.map(({ before }) => before)]) {
      const known = history.get(slot(ended));
      expect({ ...ended, validToMs: undefined }).toEqual(known);
      history.set(slot(ended), ended);
    }
    for (const begun of [...changes.added, ...changes.changed.map(({ after }) => after)]) {
      expect(history.has(slot(begun))).toBe(false);
      history.set(slot(begun), begun);
    }
    const inForce = [...history.values()].filter(({ validToMs }) => validToMs === undefined);
    expect(
      inForce.map(({ id, body }) => ({ id, body })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ).toEqual(wanted.map(({ id, body }) => ({ id, body })));
  }
  for (const one of history.values()) {
    const before = history.get(`${keyOf(one)} ${one.version - 1}`);
    if (before) expect(before.validToMs).toBeLessThanOrEqual(one.validFromMs);
    if (one.validToMs !== undefined) expect(one.validToMs).toBeGreaterThan(one.validFromMs);
  }
});

import { type BoundingBox, fail, type LngLat, ok } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { createLiveFeed, type LiveSource } from "./live-feed.ts";

type Entry = { id: string; value: number };

const box: BoundingBox = { westDeg: 0, southDeg: 0, eastDeg: 1, northDeg: 1 };
const places: Record<string, LngLat> = {
  inside: { lngDeg: 0.5, latDeg: 0.5 },
  outside: { lngDeg: 2, latDeg: 0.5 },
};

function setUp() {
  const clock = createManualClock();
  const listeners = new Set<(entries: readonly Entry[]) => void>();
  let encoded = 0;
  let redraw: (places: readonly LngLat[]) => void = () => {};
  const source: LiveSource<Entry> = {
    snapshot: () => ok([{ id: "a", value: 0 }]),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    position: (id) => places[id],
    listenRedrawn: (listener) => {
      redraw = listener;
      return () => {
        redraw = () => {};
      };
    },
  };
  const feed = createLiveFeed(source, clock);
  const watch = (asked: { box?: BoundingBox; maxHz?: number } = {}) => {
    const sent: unknown[] = [];
    const take = (json: string) => sent.push(JSON.parse(json));
    const gap = () => sent.push("gap");
    const wish = { box: asked.box, maxHz: asked.maxHz, snapshot: take, changes: take, gap };
    const watched = feed.watch(wish);
    return { sent, cancel: watched.ok ? watched.value : () => {} };
  };
  const tell = (id: string, value: number): void => {
    const toJSON = (): Entry => {
      encoded += 1;
      return { id, value };
    };
    for (const listener of listeners) listener([{ id, value, toJSON } as Entry]); // It is one, too.
  };
  const redrawAt = (place: LngLat): void => redraw([place]);
  return { clock, feed, listeners, source, redrawAt, tell, watch, encoded: () => encoded };
}

describe("a feed", () => {
  test("[LV2] begins with a snapshot; then every change is told", () => {
    const { clock, tell, watch } = setUp();
    const { sent } = watch();
    expect(sent).toEqual([[{ id: "a", value: 0 }]]);
    for (let value = 1; value <= 3; value++) {
      tell("a", value);
      clock.advance(1_000);
    }
    expect(sent.slice(1)).toEqual([1, 2, 3].map((value) => [{ id: "a", value }]));
  });

  test("[LV3] after silence a change leaves at once, then they leave together every 50 ms", () => {
    const { clock, tell, watch } = setUp();
    const { sent } = watch();
    tell("a", 1);
    expect(sent).toHaveLength(2);
    clock.advance(10);
    tell("a", 2);
    tell("b", 1);
    tell("a", 3);
    clock.advance(39);
    expect(sent).toHaveLength(2);
    clock.advance(1);
    // The newest of each entry, and nothing of what it overtook.
    expect(sent[2]).toEqual([
      { id: "a", value: 3 },
      { id: "b", value: 1 },
    ]);
    clock.advance(50);
    tell("a", 4);
    expect(sent[3]).toEqual([{ id: "a", value: 4 }]);
  });

  test("[LV1] nobody is told more often than he asks", () => {
    const { clock, tell, watch } = setUp();
    const [slow, quick] = [watch({ maxHz: 2 }), watch()];
    for (let step = 1; step <= 195; step++) {
      tell("a", step);
      clock.advance(10);
    }
    expect([slow.sent.length, quick.sent.length]).toEqual([1 + 4, 1 + 40]);
  });

  test("what lies outside the box is not told, nor does it wake anybody", () => {
    const { clock, tell, watch } = setUp();
    const { sent } = watch({ box });
    tell("outside", 1);
    tell("nowhere", 1);
    clock.advance(1_000);
    expect(sent).toHaveLength(1);
    tell("inside", 1);
    expect(sent[1]).toEqual([{ id: "inside", value: 1 }]);
  });

  test("[LV2] a gap tells those alone whose box was drawn anew, while they watch", () => {
    const { redrawAt, watch } = setUp();
    const [everywhere, here] = [watch(), watch({ box })];
    redrawAt({ lngDeg: 2, latDeg: 0.5 });
    expect([everywhere.sent.slice(1), here.sent.slice(1)]).toEqual([["gap"], []]);
    redrawAt({ lngDeg: 0.5, latDeg: 0.5 });
    expect([everywhere.sent.slice(1), here.sent.slice(1)]).toEqual([["gap", "gap"], ["gap"]]);
    for (const { cancel } of [everywhere, here]) cancel();
    redrawAt({ lngDeg: 0.5, latDeg: 0.5 });
    expect([everywhere.sent.length, here.sent.length]).toEqual([3, 2]);
  });

  test("a change is encoded once, however many watch it and wherever", () => {
    const { encoded, tell, watch } = setUp();
    const all = [watch(), watch(), watch({ box }), watch({ box, maxHz: 1 })];
    tell("inside", 1);
    expect(all.map(({ sent }) => sent.length)).toEqual([2, 2, 2, 2]);
    expect(encoded()).toBe(1);
  });

  test("one who leaves takes nothing from the others; after the last nobody listens", () => {
    const { clock, listeners, tell, watch } = setUp();
    const [first, second] = [watch(), watch()];
    tell("a", 1);
    tell("a", 2);
    first.cancel();
    first.cancel();
    clock.advance(1_000);
    expect([first.sent.length, second.sent.length, listeners.size]).toEqual([2, 3, 1]);
    tell("a", 3);
    tell("a", 4);
    second.cancel();
    clock.advance(1_000);
    expect([second.sent.length, listeners.size]).toEqual([4, 0]);
  });

  test("a snapshot that is refused begins nothing", () => {
    const { clock, listeners, source } = setUp();
    const refused = fail({ kind: "too-many-bays", detail: "zoom" } as const);
    const feed = createLiveFeed({ ...source, snapshot: () => refused }, clock);
    const never = (): never => expect.fail("Nothing is to be sent.");
    const wish = { box, maxHz: undefined, snapshot: never, changes: never, gap: never };
    const watched = feed.watch(wish);
    expect([watched, listeners.size]).toEqual([refused, 0]);
  });
});

import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { createSubscription, type LiveSource } from "./subscription.ts";

type Entry = { id: string; value: number };

function open(asked: { maxHz?: number; west?: number } = {}) {
  const clock = createManualClock();
  const listeners = new Set<(entries: readonly Entry[]) => void>();
  const source: LiveSource<Entry> = {
    snapshot: () => [{ id: "a", value: 0 }],
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isWithin: (id) => id !== "outside",
  };
  const sent: object[] = [];
  const subscription = createSubscription(source, {
    id: 1,
    box:
      asked.west === undefined ? undefined : { westDeg: 0, southDeg: 0, eastDeg: 1, northDeg: 1 },
    maxHz: asked.maxHz,
    clock,
    send: (message) => sent.push(message),
  });
  const tell = (id: string, value: number): void => {
    for (const listener of listeners) listener([{ id, value }]);
  };
  return { clock, sent, tell, subscription, listeners };
}

const changes = (seq: number, ...entries: Entry[]) => ({ id: 1, seq, changes: entries });

describe("a subscription", () => {
  test("begins with a snapshot, and its changes are numbered without a gap", () => {
    const { clock, sent, tell } = open();
    expect(sent).toEqual([{ id: 1, seq: 0, snapshot: [{ id: "a", value: 0 }] }]);
    for (let value = 1; value <= 3; value++) {
      tell("a", value);
      clock.advance(1_000);
    }
    expect(sent.slice(1)).toEqual([1, 2, 3].map((seq) => changes(seq, { id: "a", value: seq })));
  });

  test("after silence a change leaves at once, then they leave together every 50 ms", () => {
    const { clock, sent, tell } = open();
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
    expect(sent[2]).toEqual(changes(2, { id: "a", value: 3 }, { id: "b", value: 1 }));
    clock.advance(50);
    tell("a", 4);
    expect(sent[3]).toEqual(changes(3, { id: "a", value: 4 }));
  });

  test("nobody is told more often than he asks", () => {
    const { clock, sent, tell } = open({ maxHz: 2 });
    for (let step = 1; step <= 195; step++) {
      tell("a", step);
      clock.advance(10);
    }
    expect(sent).toHaveLength(1 + 4);
  });

  test("what lies outside the box is not told, nor does it wake anybody", () => {
    const { clock, sent, tell } = open({ west: 0 });
    tell("outside", 1);
    clock.advance(1_000);
    expect(sent).toHaveLength(1);
    tell("inside", 1);
    expect(sent[1]).toEqual(changes(1, { id: "inside", value: 1 }));
  });

  test("after its end nothing is sent and nobody listens", () => {
    const { clock, sent, tell, subscription, listeners } = open();
    tell("a", 1);
    tell("a", 2);
    subscription.end();
    clock.advance(1_000);
    expect([sent.length, listeners.size]).toEqual([2, 0]);
  });
});

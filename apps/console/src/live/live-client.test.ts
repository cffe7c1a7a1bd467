import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import type { LiveSocketEvents } from "./connection.ts";
import { reconnectDelayMs } from "./connection.ts";
import { createLiveClient } from "./live-client.ts";
import { patienceMs } from "./silence-watch.ts";

type Opened = { events: LiveSocketEvents; sent: unknown[]; isClosed: boolean };

function setUp() {
  const clock = createManualClock();
  const opened: Opened[] = [];
  const client = createLiveClient({
    clock,
    chance: () => 1,
    openSocket: (events) => {
      const socket: Opened = { events, sent: [], isClosed: false };
      opened.push(socket);
      return {
        send: (text) => socket.sent.push(JSON.parse(text)),
        close: () => {
          if (socket.isClosed) return;
          socket.isClosed = true;
          events.closed();
        },
      };
    },
  });
  const socket = (): Opened => {
    const last = opened.at(-1);
    if (!last) throw new Error("No socket was opened.");
    return last;
  };
  const hear = (event: unknown): void => socket().events.received(JSON.stringify(event));
  return { client, clock, opened, socket, hear };
}

const bay = (id: string, state: string) => ({
  id,
  state,
  confidence: 1,
  observedAt: null,
  receivedAt: null,
});

const statesOf = ({ client }: ReturnType<typeof setUp>): Record<string, string> => {
  const view = client.view("bays");
  if (view.state !== "known") return {};
  return Object.fromEntries([...view.entries.values()].map(({ id, state }) => [id, state]));
};

describe("live client", () => {
  test("many holders share one subscription, and the last one ends it", () => {
    const all = setUp();
    const letGo = all.client.hold("bays");
    const letGoToo = all.client.hold("bays");
    all.socket().events.opened();
    expect(all.opened).toHaveLength(1);
    expect(all.socket().sent).toEqual([{ op: "subscribe", id: 1, topic: "bays" }]);
    letGo();
    letGo();
    expect(all.socket().sent).toHaveLength(1);
    letGoToo();
    expect(all.socket().sent.at(-1)).toEqual({ op: "unsubscribe", id: 1 });
    expect(all.client.view("bays").state).toBe("waiting");
  });

  test("changes follow the snapshot, and an unchanged view is the same object", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free"), bay("b", "unknown")] });
    const view = all.client.view("bays");
    expect(all.client.view("bays")).toBe(view);
    expect(all.client.connection()).toEqual({ state: "live" });
    all.hear({ id: 1, seq: 1, changes: [bay("a", "occupied")] });
    expect(statesOf(all)).toEqual({ a: "occupied", b: "unknown" });
    expect(all.client.view("bays")).toMatchObject({ changed: ["a"] });
  });

  test("a gap in the sequence subscribes again under a new id", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    all.hear({ id: 1, seq: 2, changes: [bay("a", "occupied")] });
    expect(statesOf(all)).toEqual({ a: "free" });
    expect(all.socket().sent.slice(1)).toEqual([
      { op: "unsubscribe", id: 1 },
      { op: "subscribe", id: 2, topic: "bays" },
    ]);
    all.hear({ id: 1, seq: 3, changes: [bay("a", "unknown")] });
    expect(statesOf(all)).toEqual({ a: "free" });
    all.hear({ id: 2, seq: 0, snapshot: [bay("a", "occupied")] });
    expect(statesOf(all)).toEqual({ a: "occupied" });
  });

  test("[LV5] too many bays are no refusal: a smaller box is asked for, and kept", () => {
    const all = setUp();
    all.client.hold("bays");
    all.client.hold("car-parks");
    all.socket().events.opened();
    all.hear({ id: 1, error: { code: "too-many-bays", detail: "20,000" } });
    expect(all.client.view("bays")).toEqual({ state: "too-many" });
    const bbox = [7, 45, 8, 46] as const;
    all.client.watchBox(bbox);
    all.client.watchBox([...bbox]);
    expect(all.socket().sent.slice(2)).toEqual([{ op: "subscribe", id: 3, topic: "bays", bbox }]);
    all.hear({ id: 3, seq: 0, snapshot: [bay("a", "free")] });
    all.client.watchBox([7, 45, 7.5, 46]);
    expect(all.socket().sent.slice(3)).toEqual([
      { op: "unsubscribe", id: 3 },
      { op: "subscribe", id: 4, topic: "bays", bbox: [7, 45, 7.5, 46] },
    ]);
    // What was shown stays until the new box is known; what still comes for the old one is dropped.
    all.hear({ id: 3, seq: 1, changes: [bay("a", "occupied")] });
    expect(statesOf(all)).toEqual({ a: "free" });
    all.hear({ id: 4, seq: 0, snapshot: [] });
    expect(statesOf(all)).toEqual({});
    all.client.restart();
    all.socket().events.opened();
    expect(all.socket().sent[0]).toMatchObject({ topic: "bays", bbox: [7, 45, 7.5, 46] });
  });

  test("a lost connection keeps what is known, says since when, and comes back", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    const sinceMs = all.clock.nowMs();
    all.socket().events.closed();
    expect(all.client.connection()).toEqual({ state: "reconnecting", sinceMs, attempt: 1 });
    expect(statesOf(all)).toEqual({ a: "free" });
    all.clock.advance(249);
    expect(all.opened).toHaveLength(1);
    all.clock.advance(1);
    expect(all.opened).toHaveLength(2);
    all.socket().events.closed();
    expect(all.client.connection()).toEqual({ state: "reconnecting", sinceMs, attempt: 2 });
    all.clock.advance(500);
    all.socket().events.opened();
    all.hear({ id: 2, seq: 0, snapshot: [bay("a", "occupied")] });
    expect(all.client.connection()).toEqual({ state: "live" });
    expect(statesOf(all)).toEqual({ a: "occupied" });
  });

  test("[LV8] a quiet line is asked after 5 s, and is live as long as it answers", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    all.clock.advance(4_999);
    all.hear({ id: 1, seq: 1, changes: [bay("a", "occupied")] });
    all.clock.advance(4_999);
    all.hear({ id: 1, seq: 2, changes: [bay("a", "occupied")] });
    expect(all.socket().sent).toHaveLength(1);
    for (let pings = 1; pings <= 100; pings++) {
      all.clock.advance(5_000);
      expect(all.socket().sent.slice(pings)).toEqual([{ op: "ping" }]);
      all.clock.advance(4_900);
      all.hear({ op: "pong" });
    }
    expect(all.client.connection()).toEqual({ state: "live" });
    expect(statesOf(all)).toEqual({ a: "occupied" });
    expect(all.opened).toHaveLength(1);
  });

  test("[LV8] [BS2] a line that says nothing for 10 s is lost, and what is shown is as old as its last word", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    const sinceMs = all.clock.nowMs();
    const dead = all.socket();
    all.clock.advance(9_999);
    expect(all.client.connection()).toEqual({ state: "live" });
    all.clock.advance(1);
    expect(all.client.connection()).toEqual({ state: "reconnecting", sinceMs, attempt: 1 });
    expect([dead.isClosed, statesOf(all)]).toEqual([true, { a: "free" }]);
    all.clock.advance(250);
    expect(all.opened).toHaveLength(2);
    // The next is not even opened: it is given up in its turn, and the age counts on.
    all.clock.advance(10_000);
    expect(all.client.connection()).toEqual({ state: "reconnecting", sinceMs, attempt: 2 });
    expect(all.socket().sent).toEqual([]);
    dead.events.received(JSON.stringify({ id: 1, seq: 1, changes: [bay("a", "occupied")] }));
    expect([all.client.connection().state, statesOf(all)]).toEqual(["reconnecting", { a: "free" }]);
    all.client.networkChanged(false);
    expect(all.client.connection()).toEqual({ state: "offline", sinceMs });
    all.client.networkChanged(true);
    all.socket().events.opened();
    all.hear({ id: 2, seq: 0, snapshot: [bay("a", "occupied")] });
    expect(all.client.connection()).toEqual({ state: "live" });
  });

  test("[LV8] a snapshot that takes 20 s on a slow line comes through in the end", () => {
    const all = setUp();
    all.client.hold("bays");
    let attempts = 0;
    for (; attempts < 10 && all.client.view("bays").state === "waiting"; attempts++) {
      const { events } = all.socket();
      events.opened();
      all.clock.advance(20_000);
      const snapshot = [bay("a", "free")];
      events.received(JSON.stringify({ id: attempts + 1, seq: 0, snapshot }));
    }
    // Given up after 10 s and after 15 s; the third would have been after 25 s.
    expect([attempts, statesOf(all)]).toEqual([3, { a: "free" }]);
    expect([0, 1, 3, 4, 50].map(patienceMs)).toEqual([5_000, 10_000, 40_000, 80_000, 80_000]);
  });

  test("[LV8] nobody is asked any more on a socket that was closed", () => {
    const all = setUp();
    all.client.hold("bays");
    const first = all.socket();
    first.events.opened();
    all.client.restart();
    all.socket().events.opened();
    for (let seconds = 0; seconds < 60; seconds++) {
      all.clock.advance(1_000);
      all.hear({ op: "pong" });
    }
    expect(first.sent).toHaveLength(1);
    expect(all.opened).toHaveLength(2);
  });

  test("waiting doubles up to ten seconds, and half of it is chance", () => {
    expect([1, 2, 3].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual([250, 500, 1_000]);
    expect(reconnectDelayMs(50, 1)).toBe(10_000);
    expect(reconnectDelayMs(50, 0)).toBe(5_000);
  });

  test("a refusal of one topic leaves the others alone", () => {
    const all = setUp();
    all.client.hold("bays");
    all.client.hold("trials");
    all.socket().events.opened();
    all.hear({ id: 2, error: { code: "not-permitted", detail: "no" } });
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    expect(all.client.view("trials")).toEqual({ state: "refused", code: "not-permitted" });
    expect(statesOf(all)).toEqual({ a: "free" });
  });

  test.each(["not JSON", "[]", '{"id":1}', '{"id":1,"seq":"x","changes":[]}'])(
    "what cannot be read (%s) starts afresh instead of being skipped",
    (text) => {
      const all = setUp();
      all.client.hold("bays");
      all.socket().events.opened();
      all.socket().events.received(text);
      expect(all.socket().isClosed).toBe(true);
      expect(all.client.connection().state).toBe("reconnecting");
    },
  );

  test("without a network it says offline and waits; with one it comes back at once", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [] });
    all.client.networkChanged(false);
    expect(all.client.connection().state).toBe("offline");
    all.clock.advance(60_000);
    expect(all.opened).toHaveLength(1);
    all.client.networkChanged(true);
    expect(all.opened).toHaveLength(2);
  });

  test("whoever signs in or out is subscribed afresh and sees nothing of before", () => {
    const all = setUp();
    all.client.hold("bays");
    all.socket().events.opened();
    all.hear({ id: 1, seq: 0, snapshot: [bay("a", "free")] });
    all.client.restart();
    expect(all.client.view("bays").state).toBe("waiting");
    expect(all.opened).toHaveLength(2);
    all.socket().events.opened();
    expect(all.socket().sent).toEqual([{ op: "subscribe", id: 2, topic: "bays" }]);
  });
});

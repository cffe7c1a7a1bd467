import { decodeStop, type FromPilot } from "@pista/contracts";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { createStopSender } from "./stop-sender.ts";

function setUp() {
  const clock = createManualClock();
  const lane = { isOpen: true, bufferedBytes: 0 };
  const lossy: number[] = [];
  const said: FromPilot[] = [];
  let frames = 0;
  const stops = createStopSender({
    clock,
    lane: () => ({
      isOpen: () => lane.isOpen,
      bufferedBytes: () => lane.bufferedBytes,
      send: (data) => {
        const sequence = typeof data === "string" ? undefined : decodeStop(data);
        if (sequence !== undefined) lossy.push(sequence);
      },
    }),
    say: (message) => said.push(message),
    sendFrame: () => {
      frames += 1;
    },
    changed: () => undefined,
  });
  const heard = (stopSequence: number, stopLatched = stopSequence > 0): void =>
    stops.heard({ stopSequence, stopLatched });
  return { clock, lane, lossy, said, stops, heard, frames: () => frames };
}

describe("stop", () => {
  test("[LG4] leaves at once on all three lanes", () => {
    const { stops, heard, lossy, said, frames } = setUp();
    heard(0);
    stops.press();
    expect(stops.sequence()).toBe(1);
    expect(lossy).toEqual([1]);
    expect(said).toEqual([{ op: "stop", stopSequence: 1 }]);
    expect(frames()).toBe(1);
  });

  test("[LG4] is repeated every 20 ms, reliably once a second, until it is acknowledged", () => {
    const { stops, heard, clock, lossy, said } = setUp();
    heard(0);
    stops.press();
    clock.advance(1_000);
    expect(lossy).toHaveLength(51);
    expect(said).toHaveLength(2);
    heard(0, false);
    expect(stops.isPending()).toBe(true);
    heard(1);
    expect(stops.isPending()).toBe(false);
    clock.advance(1_000);
    expect(lossy).toHaveLength(51);
  });

  test("[LG4] a page that was loaded in flight starts above what the gateway has obeyed", () => {
    const { stops, heard, lossy } = setUp();
    heard(8);
    expect(stops.sequence()).toBe(8);
    stops.press();
    expect(lossy).toEqual([9]);
  });

  test("[LG4] after a reconnect an acknowledged stop is not sent again as a new one", () => {
    const { stops, heard } = setUp();
    heard(0);
    stops.press();
    heard(1);
    stops.connected();
    // The gateway counts each connection afresh.
    heard(0, false);
    expect(stops.sequence()).toBe(0);
    expect(stops.isPending()).toBe(false);
  });

  test("[LG4] a stop that was never acknowledged outlives the connection", () => {
    const { stops, heard, clock, lane, lossy } = setUp();
    heard(4);
    lane.isOpen = false;
    stops.press();
    clock.advance(100);
    expect(lossy).toEqual([]);
    stops.connected();
    lane.isOpen = true;
    clock.advance(20);
    heard(0, false);
    expect(stops.isPending()).toBe(true);
    expect(lossy.at(-1)).toBe(1);
    heard(1);
    expect(stops.isPending()).toBe(false);
  });

  test("[LG4] an older stop's acknowledgement is not taken for this one's", () => {
    const { stops, heard } = setUp();
    stops.press();
    heard(6, false);
    expect(stops.isPending()).toBe(true);
    expect(stops.sequence()).toBe(7);
  });

  test("a congested lane is not filled without bound", () => {
    const { stops, heard, clock, lane, lossy } = setUp();
    heard(0);
    lane.bufferedBytes = 1_000;
    stops.press();
    clock.advance(500);
    expect(lossy).toEqual([]);
  });
});

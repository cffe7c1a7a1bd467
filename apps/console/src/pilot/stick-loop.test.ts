import { decodeStickFrame } from "@pista/contracts";
import { type Beacon, centredSticks, type StickFrame } from "@pista/flight";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { startStickLoop } from "./stick-loop.ts";

// Only its sequence is looked at here.
const beacon = (sequence: number): Beacon => ({ sequence }) as Beacon;

function setUp() {
  const clock = createManualClock();
  const frames: StickFrame[] = [];
  const page = { bufferedBytes: 0, isHidden: false, isOpen: true, shown: 0, stop: 0, sampled: 0 };
  const loop = startStickLoop({
    clock,
    leaseEpoch: 7,
    lane: () => ({
      isOpen: () => page.isOpen,
      bufferedBytes: () => page.bufferedBytes,
      send: (data) => {
        const frame = typeof data === "string" ? undefined : decodeStickFrame(data);
        if (frame) frames.push(frame);
      },
    }),
    sampleSticks: () => {
      page.sampled += 1;
      return { ...centredSticks, forward: 0.5 };
    },
    stopSequence: () => page.stop,
    shownPoseSequence: () => page.shown,
    isHidden: () => page.isHidden,
  });
  return { clock, frames, page, loop };
}

describe("stick loop", () => {
  test("[LG1] sends nothing before a beacon: the gateway could not date it", () => {
    const { clock, frames } = setUp();
    clock.advance(100);
    expect(frames).toEqual([]);
  });

  test("[LG1] each frame is dated by its own sampling and echoes the newest beacon before it", () => {
    const { clock, frames, loop, page } = setUp();
    clock.advance(5);
    loop.heard(beacon(41));
    page.shown = 12;
    clock.advance(15);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({
      sequence: 1,
      leaseEpoch: 7,
      sampledAtBrowserMs: 20,
      beaconSequence: 41,
      beaconAtBrowserMs: 5,
      shownPoseSequence: 12,
      sticks: { forward: 0.5 },
    });
    clock.advance(20);
    expect(frames[1]).toMatchObject({ sequence: 2, sampledAtBrowserMs: 40, beaconAtBrowserMs: 5 });
  });

  test("[LG1] a beacon overtaken on the way does not become the newest", () => {
    const { clock, frames, loop } = setUp();
    loop.heard(beacon(5));
    clock.advance(10);
    loop.heard(beacon(4));
    clock.advance(10);
    expect(frames.at(-1)).toMatchObject({ beaconSequence: 5, beaconAtBrowserMs: 0 });
  });

  test("[LG4] fifty frames a second, by absolute deadlines", () => {
    const { clock, frames, loop } = setUp();
    loop.heard(beacon(1));
    clock.advance(1_000);
    expect(frames).toHaveLength(51);
    expect(frames.map(({ sampledAtBrowserMs }) => sampledAtBrowserMs % 20)).not.toContain(1);
  });

  test("[LG5] while the last frame has not left, none is made, and none is caught up on", () => {
    const { clock, frames, loop, page } = setUp();
    loop.heard(beacon(1));
    clock.advance(0);
    page.bufferedBytes = 54;
    const sampled = page.sampled;
    clock.advance(200);
    expect(page.sampled).toBe(sampled);
    page.bufferedBytes = 0;
    clock.advance(20);
    expect(frames).toHaveLength(2);
    expect(frames[1]).toMatchObject({ sequence: 2, sampledAtBrowserMs: 220 });
  });

  test("[LG7] a hidden tab sends nothing, not even a stop's frame", () => {
    const { clock, frames, loop, page } = setUp();
    loop.heard(beacon(1));
    page.isHidden = true;
    clock.advance(500);
    loop.sendNow();
    expect(frames).toEqual([]);
  });

  test("[LG7] after a pause the page's queued events come before the next sample", () => {
    const late = createManualClock();
    const runs: (() => void)[] = [];
    const samples: number[] = [];
    // A clock whose timers run only when told, as in a page that is held up.
    const loop = startStickLoop({
      clock: {
        ...late,
        after: (_, run) => {
          runs.push(run);
          return () => undefined;
        },
      },
      leaseEpoch: 1,
      lane: () => ({ isOpen: () => true, bufferedBytes: () => 0, send: () => undefined }),
      sampleSticks: () => {
        samples.push(late.monotonicMs());
        return centredSticks;
      },
      stopSequence: () => 0,
      shownPoseSequence: () => 0,
      isHidden: () => false,
    });
    loop.heard(beacon(1));
    late.advance(300);
    runs.shift()?.();
    expect(samples).toEqual([]);
    late.advance(1);
    runs.shift()?.();
    expect(samples).toEqual([301]);
    expect(runs).toHaveLength(1);
  });

  test("ended, it neither samples nor sends", () => {
    const { clock, frames, loop } = setUp();
    loop.heard(beacon(1));
    loop.end();
    clock.advance(200);
    expect(frames).toEqual([]);
  });
});

import type { BayStateView } from "@pista/contracts";
import { assetId, type BoundingBox, epochMs, organisationId } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { bayId, silenceMsMax, zoneId } from "@pista/parking";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBayBoard } from "../projections/bay-board.ts";
import { createLiveFeed } from "./live-feed.ts";

const bayCount = 12;
/** Times are steps of five seconds, so that at the end no silence has begun that is not told yet. */
const stepMs = 5_000;

type Step =
  | { kind: "report"; bay: number; isFree: boolean; ageMs: number }
  | { kind: "wait"; ms: number }
  | { kind: "watch"; west: number; east: number; maxHz: number | undefined }
  | { kind: "leave"; who: number };

const longMs = fc
  .oneof(fc.nat(3), fc.nat((2 * silenceMsMax) / stepMs))
  .map((steps) => steps * stepMs);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("report"),
      bay: fc.nat(bayCount - 1),
      isFree: fc.boolean(),
      ageMs: longMs,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait"),
      // Within a flush, to its end and past it, or for long.
      ms: fc.oneof(fc.constantFrom(0, 10, 50), longMs),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("watch"),
      // Few boxes, so that some are watched by several.
      west: fc.constantFrom(-1, 3),
      east: fc.constantFrom(2, 7, bayCount),
      maxHz: fc.constantFrom(undefined, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave"), who: fc.nat(5) }) },
);

function follow(steps: readonly Step[]) {
  const clock = createManualClock();
  const board = createBayBoard(clock);
  for (let number = 0; number < bayCount; number++) {
    const place = { lngDeg: number, latDeg: 45 };
    const bay = { bayId: bayId(`bay-${number}`), zoneId: zoneId("zone"), label: "" };
    const deviceId = assetId("sensor");
    const organisation = organisationId("city");
    board.add({ ...bay, organisationId: organisation, deviceId, kerb: [place, place] }, undefined);
  }
  const feed = createLiveFeed(
    { snapshot: board.states, listen: board.changes.listen, position: board.position },
    clock,
  );
  const followers: { box: BoundingBox; known: Map<string, BayStateView>; leave: () => void }[] = [];
  let counter = 0;
  const run: { [Kind in Step["kind"]]: (step: Extract<Step, { kind: Kind }>) => void } = {
    report({ bay, isFree, ageMs }) {
      // On a whole step, so that times are also equal and out of order.
      const nowMs = Math.floor(clock.nowMs() / stepMs) * stepMs;
      counter += 1;
      board.apply([
        {
          ...{ deviceId: assetId("sensor"), bayId: bayId(`bay-${bay}`), epoch: 0, counter },
          state: isFree ? "free" : "occupied",
          observedAtMs: epochMs(nowMs - ageMs),
          receivedAtMs: clock.nowMs(),
          clockAhead: false,
        },
      ]);
    },
    wait({ ms }) {
      clock.advance(ms);
      board.sweep();
    },
    watch({ west, east, maxHz }) {
      const box = { westDeg: west, eastDeg: east, southDeg: 44, northDeg: 46 };
      const known = new Map<string, BayStateView>();
      const hear = (json: string): void => {
        // The feed's own JSON.
        for (const view of JSON.parse(json) as BayStateView[]) known.set(view.id, view);
      };
      const watched = feed.watch({ box, maxHz, snapshot: hear, changes: hear, gap: () => {} });
      if (watched.ok) followers.push({ box, known, leave: watched.value });
    },
    leave: ({ who }) => followers.splice(who, 1)[0]?.leave(),
  };
  for (const step of steps) run[step.kind](step as never); // Each under its own kind.
  // To the middle of a step: what is silent by then has been told, and every flush has left.
  clock.advance(stepMs + (stepMs - (clock.nowMs() % stepMs)) + stepMs / 2);
  board.sweep();
  clock.advance(1_000);
  return followers.map(({ box, known }) => ({ known, shown: board.states(box) }));
}

/** Confidence falls by time alone, of which the stream says nothing. */
const withoutConfidence = (views: Iterable<BayStateView>) =>
  new Map([...views].map(({ confidence: _, ...rest }) => [rest.id, rest]));

test("[BS1] [LV2] whoever applies snapshot and changes ends with the board's own snapshot", () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      for (const { known, shown } of follow(steps)) {
        const expected = shown.ok ? shown.value : [];
        expect(withoutConfidence(known.values())).toEqual(withoutConfidence(expected));
        compared += expected.length;
      }
    }),
    { numRuns: process.env.PISTA_TEST_LONG ? 20_000 : 300 },
  );
  expect(compared).toBeGreaterThan(0);
});

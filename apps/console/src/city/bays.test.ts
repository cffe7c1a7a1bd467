import type { BayView } from "@pista/contracts";
import { epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { countBays, isOfSameBays, joinBays } from "./bays.ts";

const nowMs = Date.UTC(2026, 10, 22, 12);

const bay = (id: string, state: BayView["state"], ageMin: number | null): BayView => ({
  id,
  zoneId: "zone",
  label: id,
  kerb: [
    [7.6, 45],
    [7.6, 45.0001],
  ],
  hasSensor: true,
  faults: [],
  state,
  confidence: 0.9,
  observedAt: ageMin === null ? null : new Date(nowMs - ageMin * 60_000).toISOString(),
  receivedAt: null,
});

describe("bays", () => {
  test("[BS2] unknown is counted for itself, with the oldest age", () => {
    const bays = [bay("a", "free", 1), bay("b", "unknown", 120), bay("c", "unknown", 100)];
    expect(countBays(bays, nowMs)).toEqual({
      total: 3,
      free: 1,
      occupied: 0,
      unknown: 2,
      oldestMs: 120 * 60_000,
    });
  });

  test("[BS2] one that was never heard has no age, not a great one", () => {
    expect(countBays([bay("a", "unknown", null)], nowMs).oldestMs).toBeUndefined();
  });

  test("a snapshot with other bays shows that the list is old", () => {
    const entries = (...ids: string[]) => new Map(ids.map((id) => [id, bay(id, "free", 1)]));
    const bays = [bay("a", "free", 1), bay("b", "free", 1)];
    expect(isOfSameBays(bays, entries("b", "a"))).toBe(true);
    for (const others of [entries("a"), entries("a", "b", "c"), entries("a", "c")]) {
      expect(isOfSameBays(bays, others)).toBe(false);
    }
  });

  test("the stream outweighs what was fetched, and an unchanged bay stays the same object", () => {
    const fetched = [bay("a", "free", 1), bay("b", "free", 1)];
    const news = { ...stateOf(fetched[0]), state: "occupied" as const };
    const stream = {
      state: "known" as const,
      entries: new Map([["a", news]]),
      changed: [],
      heardAtMs: epochMs(nowMs),
    };
    const [first, second] = joinBays(fetched, stream);
    expect(first).toMatchObject({ id: "a", state: "occupied", label: "a" });
    expect(second).toBe(fetched[1]);
    expect(joinBays(fetched, stream)[0]).toBe(first);
    expect(joinBays(fetched, { state: "waiting" })).toBe(fetched);
  });

  test("[BS2] who is heard again is not called silent until the next fetch", () => {
    const silent = { kind: "silent" as const, since: null };
    const fetched = {
      ...bay("a", "unknown", 120),
      faults: [silent, { kind: "clock-ahead" as const }],
    };
    const join = (state: BayView["state"]) => {
      const entries = new Map([["a", { ...stateOf(fetched), state }]]);
      const stream = { state: "known" as const, entries, changed: [], heardAtMs: epochMs(nowMs) };
      return joinBays([fetched], stream)[0]?.faults.map(({ kind }) => kind);
    };
    expect(join("free")).toEqual(["clock-ahead"]);
    expect(join("unknown")).toEqual(["silent", "clock-ahead"]);
  });

  test("[BS1] of the same news the later, lower confidence counts", () => {
    const fetched = { ...bay("a", "free", 1), confidence: 0.6 };
    const entries = new Map([["a", { ...stateOf(fetched), confidence: 0.9 }]]);
    const stream = { state: "known" as const, entries, changed: [], heardAtMs: epochMs(nowMs) };
    expect(joinBays([fetched], stream)[0]?.confidence).toBe(0.6);
  });
});

function stateOf(view: BayView | undefined) {
  const { id, state, confidence, observedAt, receivedAt } = view ?? bay("x", "unknown", null);
  return { id, state, confidence, observedAt, receivedAt };
}

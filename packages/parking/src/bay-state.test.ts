import { assetId, type EpochMs, epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  applyReport,
  type BayEvidence,
  type BayReport,
  bayId,
  bayStateAt,
  dateReport,
  latenessMsMax,
  silenceMsMax,
  silentFromMs,
} from "./index.ts";

const noon = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const later = (byMs: number): EpochMs => epochMs(noon + byMs);

const report = (changes: Partial<BayReport> = {}): BayReport => ({
  deviceId: assetId("sensor-1"),
  bayId: bayId("bay-1"),
  counter: 1,
  epoch: 0,
  state: "occupied",
  observedAtMs: noon,
  receivedAtMs: later(400),
  clockAhead: false,
  ...changes,
});

describe("bay state", () => {
  test("[BS2] a bay that was never heard of is unknown, with no age", () => {
    expect(bayStateAt(undefined, noon)).toEqual({
      state: "unknown",
      confidence: 0,
      ageMs: undefined,
    });
  });

  test("[BS1] a fresh report gives its state with high confidence", () => {
    const state = bayStateAt(applyReport(undefined, report()), noon);
    expect(state).toEqual({ state: "occupied", confidence: 0.98, ageMs: 0 });
  });

  test("[BS2] silence makes it unknown, at the moment announced", () => {
    const evidence = applyReport(undefined, report()) as BayEvidence;
    expect(bayStateAt(evidence, later(silenceMsMax)).state).toBe("occupied");
    expect(bayStateAt(evidence, epochMs(silentFromMs(evidence))).state).toBe("unknown");
  });

  test("[IN3] an older report that arrives later changes no state", () => {
    const newest = applyReport(undefined, report({ counter: 2, observedAtMs: later(1_000) }));
    const after = applyReport(newest, report({ counter: 1, state: "free" }));
    expect(bayStateAt(after, noon)).toEqual(bayStateAt(newest, noon));
  });

  test("[IN3] later than the lateness bound it changes no state", () => {
    const late = report({ receivedAtMs: later(latenessMsMax + 1) });
    expect(applyReport(undefined, late)).toBeUndefined();
  });

  test("[IN3] a restarted counter does not hide newer reports", () => {
    const before = applyReport(undefined, report({ counter: 4_000_000 }));
    const restarted = report({ epoch: 1, counter: 0, observedAtMs: later(10), state: "free" });
    expect(applyReport(before, restarted)?.state).toBe("free");
  });

  test("[IN3] a time more than a minute ahead is replaced by the receipt's and flagged", () => {
    expect(dateReport({ observedAtMs: later(60_001), receivedAtMs: noon })).toEqual({
      observedAtMs: noon,
      clockAhead: true,
    });
    expect(dateReport({ observedAtMs: later(60_000), receivedAtMs: noon }).clockAhead).toBe(false);
  });
});

import { assetId, epochMs, organisationId, personId, siteId, trialId } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { resumeTrial, suspendTrial, type Trial } from "./trial.ts";

const atMs = epochMs(1_790_000_000_000);
const trialIn = (progress: Trial["progress"]): Trial => ({
  trialId: trialId("trial-1"),
  version: 4,
  organisationId: organisationId("turin"),
  title: "Parking by sensors",
  site: { siteId: siteId("kerb"), version: 1 },
  window: {
    timeZone: "Europe/Rome",
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    fromMinute: 0,
    toMinute: 1440,
    firstDay: "2026-01-01",
    lastDay: "2026-12-31",
  },
  assetIds: [assetId("sensor-1")],
  grants: [{ personId: personId("ada"), action: "drone.fly", assetId: assetId("drone-1") }],
  progress,
  isDemonstration: true,
});
const activated = trialIn({ state: "activated", sinceMs: epochMs(1) });

describe("a trial", () => {
  test("[TR1] the city suspends it with a reason, as a new version", () => {
    const suspended = suspendTrial(activated, { reason: "  Wind  ", atMs });
    expect(suspended).toEqual({
      ok: true,
      value: {
        ...activated,
        version: 5,
        progress: { state: "suspended", sinceMs: atMs, reason: "Wind" },
      },
    });
    expect(activated.version).toBe(4);
  });

  test("[TR1] and lets it go on", () => {
    const suspended = trialIn({ state: "suspended", sinceMs: epochMs(1), reason: "Wind" });
    expect(resumeTrial(suspended, { atMs })).toEqual({
      ok: true,
      value: { ...suspended, version: 5, progress: { state: "activated", sinceMs: atMs } },
    });
  });

  test.each(["", " ", "\n\t"])("[TR1] nobody is stopped without a reason: %j", (reason) => {
    expect(suspendTrial(activated, { reason, atMs })).toEqual({
      ok: false,
      fault: { kind: "reason-missing" },
    });
  });

  const others: Trial["progress"][] = [
    { state: "draft" },
    { state: "submitted" },
    { state: "assessed" },
    { state: "authorised" },
    { state: "closed" },
    { state: "evaluated" },
  ];
  test.each(others)("[TR1] $state is neither suspended nor resumed", (progress) => {
    const trial = trialIn(progress);
    expect(suspendTrial(trial, { reason: "x", atMs })).toEqual({
      ok: false,
      fault: { kind: "trial-not-activated" },
    });
    expect(resumeTrial(trial, { atMs })).toEqual({
      ok: false,
      fault: { kind: "trial-not-suspended" },
    });
  });

  test("[TR1] what is suspended is not suspended again, what runs is not resumed", () => {
    const suspended = trialIn({ state: "suspended", sinceMs: epochMs(1), reason: "Wind" });
    expect(suspendTrial(suspended, { reason: "More wind", atMs }).ok).toBe(false);
    expect(resumeTrial(activated, { atMs }).ok).toBe(false);
  });
});

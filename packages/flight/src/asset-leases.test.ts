import { type EpochMs, epochMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AssetLeases,
  endLease,
  expireLeases,
  findHeld,
  grantLease,
  greetGateway,
  type HeldLease,
  handoverMsMax,
  hearLease,
  heldOf,
  type LeaseEffect,
  type LeaseStep,
  noLeases,
  renewLease,
  restoreLease,
} from "./asset-leases.ts";
import { leaseId } from "./identity.ts";
import { hubStartMs, testLease } from "./testing/test-lease.ts";

const windowEndsAtMs = epochMs(hubStartMs + 3_600_000);
const after = (ms: number): EpochMs => epochMs(hubStartMs + ms);

const heldLease = (number: number, changes: Partial<HeldLease> = {}): HeldLease => ({
  lease: testLease({ leaseId: leaseId(`lease-${number}`), epoch: number }),
  windowEndsAtMs,
  awaitedUntilMs: undefined,
  ...changes,
});
const heir = heldLease(2, { awaitedUntilMs: after(handoverMsMax) });

const flown = grantLease<HeldLease>(noLeases, heldLease(1)).leases;
const beingHandedOver = grantLease(flown, heir).leases;

const idsOf = (leases: AssetLeases): readonly (string | undefined)[] =>
  [leases.inForce, leases.awaited].map((held) => held?.lease.leaseId);
const kindsOf = ({ effects }: LeaseStep<HeldLease>): string[] =>
  effects.map((effect) => `${effect.kind} ${subjectOf(effect)}`);
const subjectOf = (effect: LeaseEffect): string =>
  effect.kind === "send-end" ? effect.ended.leaseId : effect.lease.leaseId;

describe("a lease at the hub", () => {
  test("[AU2] renewed, it lives 15 s from then, under a higher renewal, within the window", () => {
    const step = renewLease(flown, "lease-1", { nowMs: after(3_000), windowEndsAtMs });
    const { lease } = step?.leases.inForce ?? heldLease(0);
    expect([lease.epoch, lease.expiresAtMs - hubStartMs]).toEqual([1, 18_000]);
    expect(lease.renewal).toBeGreaterThan(0);
    const late = renewLease(flown, "lease-1", {
      nowMs: after(3_000),
      windowEndsAtMs: after(9_000),
    });
    expect(late?.leases.inForce?.lease.expiresAtMs).toBe(after(9_000));
  });

  test("[AU2] renewed too late it is over, before anybody has written that down", () => {
    const at = { nowMs: after(15_000), windowEndsAtMs };
    expect(renewLease(flown, "lease-1", at)).toBeUndefined();
    expect(idsOf(flown)).toEqual(["lease-1", undefined]);
    expect(kindsOf(expireLeases(flown, after(14_999)))).toEqual([]);
    const swept = expireLeases(flown, after(15_000));
    expect([idsOf(swept.leases), kindsOf(swept)]).toEqual([
      [undefined, undefined],
      ["send-end lease-1", "write-end lease-1"],
    ]);
  });

  test("[AU2] after a restart of the hub it lives one lifetime, and a renewal rises above all before", () => {
    const restored = restoreLease<HeldLease>(noLeases, heldLease(1), after(9_000));
    expect(restored.inForce?.lease.expiresAtMs).toBe(after(24_000));
    const before = renewLease(flown, "lease-1", { nowMs: after(8_000), windowEndsAtMs });
    const renewed = renewLease(restored, "lease-1", { nowMs: after(9_500), windowEndsAtMs });
    const renewalOf = (step: typeof before) => Number(step?.leases.inForce?.lease.renewal);
    expect(renewalOf(renewed)).toBeGreaterThan(renewalOf(before));
  });

  test("[AU5] ended, its gateway hears of it before it is written, and again when it connects", () => {
    const step = endLease(flown, "lease-1", { cause: "revoked", reason: "smoke" });
    expect(kindsOf(step)).toEqual(["send-end lease-1", "write-end lease-1"]);
    expect(greetGateway(step.leases)).toEqual([
      { kind: "send-end", ended: expect.objectContaining({ leaseId: "lease-1", reason: "smoke" }) },
    ]);
    expect(endLease(step.leases, "lease-1", { cause: "again", reason: "again" }).effects).toEqual(
      [],
    );
  });

  test("[AU7] refused at the gateway it is over, but not for the sake of an old copy", () => {
    const word = { leaseId: "lease-1", state: "refused" } as const;
    const old = hearLease(flown, { ...word, cause: "older-renewal" });
    expect([old.leases, old.effects]).toEqual([flown, []]);
    const spent = hearLease(flown, { ...word, cause: "epoch-spent" });
    expect(kindsOf(spent)).toEqual(["send-end lease-1", "write-end lease-1"]);
  });
});

describe("a handover at the hub", () => {
  test("[AU3] stands beside the giver's lease; both are renewed", () => {
    expect(idsOf(beingHandedOver)).toEqual(["lease-1", "lease-2"]);
    for (const id of ["lease-1", "lease-2"]) {
      const step = renewLease(beingHandedOver, id, { nowMs: after(3_000), windowEndsAtMs });
      expect(idsOf(step?.leases ?? noLeases)).toEqual(["lease-1", "lease-2"]);
    }
  });

  test.each([
    ["the receiver holds it", { leaseId: "lease-2", state: "held", cause: null }],
    ["the giver's is handed over", { leaseId: "lease-1", state: "ended", cause: "handed-over" }],
  ] as const)("[AU3] is complete when the gateway says that %s", (_what, word) => {
    const step = hearLease(beingHandedOver, word);
    expect(idsOf(step.leases)).toEqual(["lease-2", undefined]);
    expect(kindsOf(step)).toEqual(["write-seat lease-2"]);
    expect(step.leases.lastEnded).toMatchObject([{ leaseId: "lease-1", reason: "handed-over" }]);
    // Whichever of the two comes second changes nothing.
    const second = hearLease(step.leases, { leaseId: "lease-2", state: "held", cause: null });
    expect(second).toEqual({ leases: step.leases, effects: [] });
  });

  test("[AU3] that takes too long is over, and the giver flies on", () => {
    const giver = renewLease(beingHandedOver, "lease-1", { nowMs: after(9_000), windowEndsAtMs });
    const both = renewLease(giver?.leases ?? noLeases, "lease-2", {
      nowMs: after(10_000),
      windowEndsAtMs,
    });
    const step = expireLeases(both?.leases ?? noLeases, after(handoverMsMax));
    expect(idsOf(step.leases)).toEqual(["lease-1", undefined]);
    expect(kindsOf(step)).toEqual(["send-end lease-2", "write-end lease-2"]);
  });
});

type Act = (leases: AssetLeases<HeldLease>, nowMs: EpochMs) => LeaseStep<HeldLease> | undefined;

/** Whatever people, gateways and time do, in any order. */
const acts: fc.Arbitrary<Act> = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 6 }))
  .map(([kind, number]): Act => {
    const id = `lease-${number}`;
    const word = (state: "held" | "ended" | "refused", cause: string | null): Act => {
      return (leases) => hearLease(leases, { leaseId: id, state, cause });
    };
    switch (kind) {
      case 0:
        return (leases, nowMs) => renewLease(leases, id, { nowMs, windowEndsAtMs });
      case 1:
        return (leases) => endLease(leases, id, { cause: "revoked", reason: "smoke" });
      case 2:
        return expireLeases;
      case 3:
        return word("held", null);
      case 4:
        return word("ended", "handed-over");
      default:
        return word("refused", "epoch-spent");
    }
  });

test("[AU1] [AU2] whatever happens in whatever order, what is over does not come back", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(acts, fc.nat(6_000)), { maxLength: 30 }), (story) => {
      let leases = beingHandedOver;
      let nowMs: number = hubStartMs;
      const over = new Set<string>();
      for (const [act, passedMs] of story) {
        nowMs += passedMs;
        const before = heldOf(leases).map(({ lease }) => lease.leaseId);
        const step = act(leases, epochMs(nowMs));
        if (!step) continue;
        leases = step.leases;
        for (const id of before) if (!findHeld(leases, id)) over.add(id);
        for (const effect of step.effects) {
          if (effect.kind !== "send-lease") continue;
          expect(over.has(effect.lease.leaseId)).toBe(false);
          expect(effect.lease.expiresAtMs - nowMs).toBe(15_000);
        }
        expect(heldOf(leases).every(({ lease }) => !over.has(lease.leaseId))).toBe(true);
        // [AU3] Whoever is awaited has nothing to fly by themselves.
        expect(leases.inForce?.awaitedUntilMs).toBeUndefined();
      }
    }),
    { numRuns: 2_000 },
  );
});

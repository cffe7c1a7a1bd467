import { describe, expect, test } from "vitest";
import type { GatewayEffect, PeerEvent } from "./gateway-state.ts";
import { leaseId } from "./identity.ts";
import type { Lease } from "./lease.ts";
import { type Beacon, centredSticks } from "./pilot-channel.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { proofFor, testLease } from "./testing/test-lease.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const challenge = "the receiver's challenge";

/** A pilot who flies ahead, and another who is to take over. */
class Handover {
  readonly driver = GatewayDriver.flying();
  readonly next: Lease;
  sticks = centredSticks;
  stopSequence = 0;
  #sequence = 0;

  constructor(changes: Partial<Lease> = {}) {
    this.driver.run(1_500);
    this.driver.page.sticks = forward;
    this.driver.run(200);
    const { lease } = this.driver;
    this.next = {
      ...lease,
      leaseId: leaseId("lease-2"),
      epoch: 2,
      renewal: 0,
      succeeds: lease.leaseId,
      ...changes,
    };
    this.driver.receive(this.next);
  }

  hear(event: PeerEvent): readonly GatewayEffect[] {
    return this.driver.hear({ kind: "successor-heard", event });
  }

  connect(): void {
    const { dtlsFingerprint } = this.next;
    const { nowMs: atMs } = this.driver;
    this.hear({ kind: "peer-opened", dtlsFingerprint, challenge, atMs });
    this.hear({ kind: "proof-received", proof: proofFor(this.next, challenge), atMs });
  }

  /** The receiver's page sends a frame every 20 ms, each with the newest beacon of its own. */
  run(forMs: number): void {
    for (let ms = 0; ms < forMs; ms += 20) {
      this.driver.run(20);
      const beacon = this.beacon;
      if (!beacon || this.isSeated) continue;
      this.#sequence += 1;
      const frame = {
        ...this.driver.nextFrame(),
        sequence: this.#sequence,
        leaseEpoch: 2,
        beaconSequence: beacon.sequence,
        beaconAtBrowserMs: beacon.sentAtMs + this.driver.page.clockAheadMs,
        shownPoseSequence: beacon.poseSequence,
        sticks: this.sticks,
        stopSequence: this.stopSequence,
      };
      this.hear({ kind: "frame-received", frame, atMs: this.driver.nowMs });
    }
  }

  /** The giver lands, and would take off again. */
  comeDown(): void {
    this.driver.command({ op: "land" });
    this.driver.status({ armed: false, landed: true });
    this.driver.page.sticks = centredSticks;
    this.driver.run(1_000);
  }

  get beacon(): Beacon | undefined {
    const told = this.driver.since(0, "tell-successor").map(({ effect }) => effect.effect);
    return told.findLast((effect) => effect.kind === "send-beacon")?.beacon;
  }

  get isSeated(): boolean {
    return this.driver.since(0, "seat-successor").length > 0;
  }

  get states(): string[] {
    return this.driver
      .since(0, "report-lease")
      .map(
        ({ effect }) =>
          `${effect.leaseId} ${effect.state}${effect.cause ? ` ${effect.cause}` : ""}`,
      );
  }
}

describe("a handover", () => {
  test("[AU3] is complete when the receiver's sticks would act, and until then the giver flies", () => {
    const handover = new Handover();
    handover.connect();
    const { driver } = handover;
    const mark = driver.mark;
    handover.run(400);
    expect(handover.isSeated).toBe(false);
    expect(Math.min(...driver.speedsSince(mark))).toBeGreaterThan(0);
    handover.run(1_200);
    expect(handover.isSeated).toBe(true);
    expect(handover.states).toEqual([
      "lease-1 held",
      "lease-2 awaited",
      "lease-1 ended handed-over",
      "lease-2 held",
    ]);
    expect(driver.state.authority).toMatchObject({ state: "held", lease: { epoch: 2 } });
    expect(driver.since(mark, "close-peer").map(({ effect }) => effect.cause)).toEqual([
      "handed-over",
    ]);
  });

  test("[AU3] nothing of the receiver's moves the vehicle before, nor of the giver's after", () => {
    const handover = new Handover();
    const { driver } = handover;
    driver.page.sticks = centredSticks;
    driver.run(100);
    handover.connect();
    handover.sticks = forward;
    const mark = driver.mark;
    handover.run(3_000);
    expect(handover.isSeated).toBe(false);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    driver.page.sticks = forward;
    handover.sticks = centredSticks;
    handover.run(100);
    expect(handover.isSeated).toBe(true);
    const after = driver.mark;
    driver.run(100);
    expect(Math.max(...driver.speedsSince(after))).toBe(0);
    expect(driver.recordsSince(after)).toContainEqual(
      expect.objectContaining({ kind: "frame-dropped", cause: "wrong-epoch" }),
    );
  });

  test("[AU3] [LG8] nothing is recorded of a phase of the receiver's, who has none, while it climbs", () => {
    const handover = new Handover();
    const { driver } = handover;
    handover.comeDown();
    expect(driver.command({ op: "take-off" })).toBeUndefined();
    const mark = driver.mark;
    handover.run(500);
    expect(driver.state.phase).toBe("taking-off");
    const entries = driver
      .recordsSince(mark)
      .map((entry) => (entry.kind === "successor" ? entry.entry : entry));
    expect(entries.filter(({ kind }) => kind === "phase-changed")).toEqual([]);
  });

  test("[AU3] [LG2] the climb that the receiver takes over began when it was ordered", () => {
    const handover = new Handover();
    const { driver } = handover;
    handover.comeDown();
    driver.command({ op: "take-off" });
    const orderedAtMs = driver.nowMs;
    handover.connect();
    while (!handover.isSeated) handover.run(20);
    expect(driver.state.phase).toBe("taking-off");
    expect(driver.state.takeOffAtMs).toBe(orderedAtMs);
  });

  test("[AU3] the walls of the receiver's lease stand from then on", () => {
    const { limits } = testLease();
    const handover = new Handover({ limits: { ...limits, clearViewM: 1 } });
    handover.connect();
    const { driver } = handover;
    expect(driver.state.limits).toEqual(limits);
    handover.run(1_600);
    expect(handover.isSeated).toBe(true);
    expect(driver.state.limits).toEqual(handover.next.limits);
  });

  test("[LG6] the receiver flies by what a braking has shown meanwhile", () => {
    const handover = new Handover();
    handover.connect();
    const { driver } = handover;
    handover.run(200);
    driver.hear({ kind: "brakes-contradicted", decelerationMps2: 0.7 });
    handover.run(1_400);
    expect(handover.isSeated).toBe(true);
    const shown = { decelerationMps2: 0.7, isContradicted: true };
    expect(driver.state.setup.vehicle).toMatchObject(shown);
  });

  test("[AU1] [AU2] the giver's lease is renewed meanwhile, and refused once it is over", () => {
    const handover = new Handover();
    const { driver } = handover;
    driver.run(14_000);
    expect(driver.state.lock).toBeUndefined();
    const old = { ...driver.lease, renewal: driver.lease.renewal + 1 };
    driver.receive({ ...handover.next, renewal: 1, expiresAtMs: old.expiresAtMs });
    handover.connect();
    handover.run(2_000);
    expect(handover.isSeated).toBe(true);
    expect(driver.receive(old)).toContainEqual(
      expect.objectContaining({ kind: "report-lease", state: "refused", cause: "older-epoch" }),
    );
  });

  test("[AU2] a receiver with another certificate or key is not heard", () => {
    const handover = new Handover();
    const { nowMs: atMs } = handover.driver;
    const wrong = handover.hear({ kind: "peer-opened", dtlsFingerprint: "00:11", challenge, atMs });
    expect(wrong).toContainEqual({
      kind: "tell-successor",
      effect: { kind: "close-peer", cause: "wrong-fingerprint" },
    });
    handover.run(2_000);
    expect(handover.isSeated).toBe(false);
    expect(handover.driver.state.lock).toBeUndefined();
  });

  test.each([
    [
      "is revoked",
      (one: Handover) =>
        one.driver.hear({ kind: "lease-revoked", leaseId: one.next.leaseId, reason: "no" }),
    ],
    ["runs out", (one: Handover) => one.driver.run(15_100)],
  ])("[AU2] a successor whose lease %s is forgotten, and the giver flies on", (_, end) => {
    const handover = new Handover();
    handover.connect();
    end(handover);
    const { driver } = handover;
    expect(driver.state.successor).toBeUndefined();
    expect(driver.state.lock).toBeUndefined();
    expect(driver.since(0, "tell-successor").at(-1)?.effect.effect).toEqual({
      kind: "close-peer",
      cause: "handover-over",
    });
  });

  test("[AU3] by force: the giver's lease is taken back, the vehicle holds, the receiver gets it", () => {
    const handover = new Handover();
    handover.connect();
    const { driver } = handover;
    handover.run(100);
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "by force" });
    const mark = driver.mark;
    handover.run(1_200);
    expect(handover.isSeated).toBe(true);
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });

  test("[LG4] the receiver's stop is a stop, and outlives the handover", () => {
    const handover = new Handover();
    handover.connect();
    handover.run(100);
    handover.stopSequence = 1;
    handover.run(40);
    const { driver } = handover;
    expect(driver.state.lock).toBe("stop-latched");
    expect(handover.beacon?.stopSequence).toBe(1);
    handover.run(1_500);
    expect(handover.isSeated).toBe(true);
    expect(driver.state.stop.latched).toBe(true);
  });

  test("[LG4] a release of the giver's that was on its way does not release the receiver's stop", () => {
    const handover = new Handover();
    const { driver } = handover;
    handover.connect();
    handover.run(100);
    driver.page.sticks = centredSticks;
    driver.page.stopSequence = 1;
    handover.run(40);
    handover.stopSequence = 1;
    handover.run(40);
    const release = { op: "release-stop", stopSequence: 1 } as const;
    expect(driver.command(release)).toBe("stop-latched");
    driver.run(2_000);
    expect(driver.command(release)).toBeUndefined();
  });

  test("[AU3] whoever deflects the sticks is not seated, though they would act", () => {
    const handover = new Handover();
    const { driver } = handover;
    driver.vehicle.sigmaM = 0.4;
    handover.connect();
    handover.run(1_600);
    handover.sticks = forward;
    handover.run(200);
    driver.vehicle.sigmaM = 0.05;
    handover.run(200);
    expect(handover.isSeated).toBe(false);
    handover.sticks = centredSticks;
    handover.run(100);
    expect(handover.isSeated).toBe(true);
  });

  test("[AU1] a lease that comes while a receiver waits ends the waiting, stored or not", () => {
    const handover = new Handover();
    const { driver } = handover;
    handover.connect();
    handover.run(300);
    driver.hub.storesEpochs = false;
    const third = { ...driver.lease, leaseId: leaseId("lease-3"), epoch: 3, renewal: 0 };
    driver.receive(third);
    handover.run(1_600);
    expect(handover.isSeated).toBe(false);
    driver.hear({ kind: "epoch-stored", epoch: 3 });
    expect(driver.state.authority).toMatchObject({ state: "held", lease: { epoch: 3 } });
  });

  test("[AU1] [AU5] a receiver whose lease was taken back before it was stored does not come back", () => {
    const handover = new Handover({ leaseId: leaseId("lease-5"), epoch: 5 });
    const { driver } = handover;
    driver.hub.storesEpochs = false;
    const sixth = { ...handover.next, leaseId: leaseId("lease-6"), epoch: 6 };
    driver.receive(sixth);
    driver.hear({ kind: "lease-revoked", leaseId: sixth.leaseId, reason: "the steward's" });
    driver.hub.storesEpochs = true;
    const mark = driver.mark;
    driver.receive(sixth);
    expect(driver.recordsSince(mark)).toEqual([{ kind: "lease-refused", cause: "epoch-spent" }]);
    expect(driver.state.successor).toBeUndefined();
  });

  test("[AU2] [LG4] the receiver's stop is none before they have proved their key", () => {
    const { driver, next } = new Handover();
    const { nowMs: atMs } = driver;
    const say = (event: PeerEvent) => driver.hear({ kind: "successor-heard", event });
    say({ kind: "peer-opened", dtlsFingerprint: next.dtlsFingerprint, challenge, atMs });
    say({ kind: "stop-received", stopSequence: 1, atMs });
    expect(driver.state.stop.latched).toBe(false);
    say({ kind: "proof-received", proof: proofFor(next, challenge), atMs });
    say({ kind: "stop-received", stopSequence: 1, atMs });
    expect(driver.state.stop.latched).toBe(true);
  });

  test("[LG4] the receiver's commands wait until the vehicle is theirs", () => {
    const handover = new Handover();
    handover.connect();
    const { nowMs: atMs } = handover.driver;
    const command = { op: "land" } as const;
    expect(handover.hear({ kind: "command-received", commandId: 7, command, atMs })).toContainEqual(
      {
        kind: "tell-successor",
        effect: { kind: "answer-command", commandId: 7, refusal: "not-in-command" },
      },
    );
    expect(handover.driver.state.phase).toBe("flying");
  });

  test("[AU3] a lease that succeeds another than the one in force is obeyed as a new one", () => {
    const handover = new Handover({ succeeds: leaseId("lease-0") });
    expect(handover.driver.state.successor).toBeUndefined();
    expect(handover.driver.state.authority).toMatchObject({ lease: { epoch: 2 } });
  });

  test("[AU1] a later lease without a giver ends a handover that was under way", () => {
    const handover = new Handover();
    handover.connect();
    const { driver } = handover;
    driver.grant({ leaseId: leaseId("lease-3"), epoch: 3 });
    expect(driver.state.successor).toBeUndefined();
    expect(driver.state.authority).toMatchObject({ lease: { epoch: 3 } });
  });
});

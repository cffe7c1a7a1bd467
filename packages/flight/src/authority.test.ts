import { assetId, epochMs, monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { gatewayId, leaseId } from "./identity.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { proofFor, testLease } from "./testing/test-lease.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const next = { leaseId: leaseId("lease-2"), epoch: 2 };

function refusalsSince(driver: GatewayDriver, mark: number): string[] {
  return driver
    .recordsSince(mark)
    .flatMap((entry) => (entry.kind === "lease-refused" ? [entry.cause] : []));
}

describe("a lease at the gateway", () => {
  test("[AU1] an older epoch is refused, however valid its lease", () => {
    const driver = new GatewayDriver();
    driver.grant({ epoch: 5 });
    driver.receive(testLease({ leaseId: leaseId("lease-0"), epoch: 4 }));
    expect(refusalsSince(driver, 0)).toEqual(["older-epoch"]);
    expect(driver.state.authority).toMatchObject({ state: "held", lease: { epoch: 5 } });
  });

  test("[AU1] nor does an older one slip in while the newer epoch is on its way to the disk", () => {
    const driver = new GatewayDriver();
    driver.hub.storesEpochs = false;
    driver.grant({ epoch: 5 });
    driver.receive(testLease({ leaseId: leaseId("lease-0"), epoch: 4 }));
    expect(refusalsSince(driver, 0)).toEqual(["older-epoch"]);
    driver.hear({ kind: "epoch-stored", epoch: 4 });
    expect(driver.state.authority.state).toBe("storing-epoch");
    driver.hear({ kind: "epoch-stored", epoch: 5 });
    expect(driver.state.authority).toMatchObject({ state: "held", lease: { epoch: 5 } });
  });

  test("[AU1] two leases of one epoch: the first is obeyed, the second refused", () => {
    const driver = new GatewayDriver();
    driver.grant();
    driver.receive(testLease({ leaseId: leaseId("lease-2") }));
    expect(refusalsSince(driver, 0)).toEqual(["epoch-spent"]);
  });

  test("[AU1] a new lease sends the pilot before away: one controller", () => {
    const driver = GatewayDriver.flying();
    const mark = driver.mark;
    const effects = driver.grant(next);
    expect(effects.map(({ kind }) => kind)).toContain("store-epoch");
    expect(driver.since(mark, "close-peer").map(({ effect }) => effect.cause)).toEqual([
      "new-lease",
    ]);
    expect(driver.state.lock).toBe("link-lost");
  });

  test.each([
    ["another drone's", { assetId: assetId("drone-2") }],
    ["another gateway's", { gatewayId: gatewayId("gateway-2") }],
  ])("[AU1] %s lease is refused", (_, changes) => {
    const driver = new GatewayDriver();
    driver.grant(changes);
    expect(refusalsSince(driver, 0)).toEqual(["another-gateway"]);
    expect(driver.state.authority.state).toBe("none");
  });

  test("[AU6] what the hub did not sign changes nothing", () => {
    const driver = new GatewayDriver();
    driver.hear({ kind: "lease-received", token: "e30.AA", hubNowMs: driver.hubNowMs });
    expect(refusalsSince(driver, 0)).toEqual(["malformed-lease"]);
    expect(driver.state.authority.state).toBe("none");
  });

  test("[AU7] it is not obeyed before its epoch is durable", () => {
    const driver = new GatewayDriver();
    driver.hub.storesEpochs = false;
    driver.grant();
    expect(driver.since(0, "store-epoch").map(({ effect }) => effect.epoch)).toEqual([1]);
    expect(driver.state.lock).toBe("no-lease");
    driver.connect();
    expect(driver.since(0, "close-peer").map(({ effect }) => effect.cause)).toEqual(["no-lease"]);
    driver.hear({ kind: "epoch-stored", epoch: 1 });
    expect(driver.state.authority.state).toBe("held");
  });

  test("[AU7] where storing failed the next renewal tries again", () => {
    const driver = new GatewayDriver();
    driver.hub.storesEpochs = false;
    driver.grant();
    driver.grant({ renewal: 1 });
    expect(driver.since(0, "store-epoch")).toHaveLength(2);
    driver.hear({ kind: "epoch-stored", epoch: 1 });
    expect(driver.state.authority).toMatchObject({ state: "held", lease: { renewal: 1 } });
  });

  test("[AU7] after a restart the epochs before it are spent", () => {
    const driver = new GatewayDriver(7);
    driver.grant({ epoch: 6 });
    driver.grant({ epoch: 7 });
    expect(refusalsSince(driver, 0)).toEqual(["older-epoch", "epoch-spent"]);
    driver.grant({ epoch: 8 });
    expect(driver.state.authority.state).toBe("held");
  });

  test("[AU2] renewed every 3 s it lasts, and a hub back within 10 s is unnoticed", () => {
    const driver = GatewayDriver.flying();
    const mark = driver.mark;
    driver.run(31_500);
    driver.hub.isUp = false;
    driver.run(10_000);
    driver.hub.isUp = true;
    driver.run(3_000);
    expect(driver.state).toMatchObject({ phase: "flying", lock: undefined });
    expect(driver.recordsSince(mark).map(({ kind }) => kind)).not.toContain("lease-ended");
  });

  test("[AU2] a renewal that comes first after a freeze is too late for one that ran out", () => {
    const driver = GatewayDriver.flying();
    const expiresAtMs = epochMs(driver.hubNowMs + 30_000);
    const late = { ...driver.lease, renewal: driver.lease.renewal + 1, expiresAtMs };
    driver.nowMs = monotonicMs(driver.nowMs + 20_000);
    driver.receive(late);
    expect(driver.state.authority).toMatchObject({ state: "withdrawn", cause: "lease-expired" });
  });

  test("[AU2] without the hub it ends 15 s after its renewal: hold, and land 2 s later", () => {
    const driver = GatewayDriver.flying();
    driver.hub.isUp = false;
    const { authority } = driver.state;
    const endsAtMs = authority.state === "held" ? authority.expiresAtMs : 0;
    driver.run(endsAtMs - driver.nowMs + 25);
    expect(driver.state.lock).toBe("lease-expired");
    expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["take-off"]);
    driver.run(2_000);
    expect(driver.state.phase).toBe("landing");
  });

  test("[AU5] a lease that claims a longer life ends after 15 s all the same", () => {
    const driver = new GatewayDriver();
    driver.hub.isUp = false;
    driver.grant({ expiresAtMs: epochMs(driver.hubNowMs + 3_600_000) });
    driver.run(14_990);
    expect(driver.state.authority.state).toBe("held");
    driver.run(40);
    expect(driver.state.authority).toMatchObject({ state: "withdrawn", cause: "lease-expired" });
  });

  test("[AU2] an expired lease, and a renewal that comes too late, are refused", () => {
    const driver = new GatewayDriver();
    driver.grant({ expiresAtMs: driver.hubNowMs });
    expect(refusalsSince(driver, 0)).toEqual(["already-expired"]);
    driver.grant();
    driver.hub.isUp = false;
    driver.run(16_000);
    const mark = driver.mark;
    driver.grant({ renewal: 9 });
    expect(refusalsSince(driver, mark)).toEqual(["epoch-spent"]);
    driver.grant(next);
    expect(driver.state.authority.state).toBe("held");
  });

  test("[AU2] an old copy renews nothing", () => {
    const driver = new GatewayDriver();
    driver.grant({ renewal: 3 });
    driver.grant({ renewal: 3 });
    driver.grant({ renewal: 2 });
    expect(refusalsSince(driver, 0)).toEqual(["older-renewal", "older-renewal"]);
    // One that has run out says nothing of the lease that was renewed since: the hub would end it.
    driver.receive({ ...driver.lease, renewal: 1, expiresAtMs: driver.hubNowMs });
    expect(refusalsSince(driver, 0).at(-1)).toBe("older-renewal");
    expect(driver.state.authority.state).toBe("held");
  });
});

describe("the browser that flies", () => {
  test("[AU2] it must hold the certificate that the lease names", () => {
    const driver = new GatewayDriver();
    driver.grant();
    driver.hear({ kind: "peer-opened", dtlsFingerprint: "00:11", challenge: "c" });
    expect(driver.since(0, "close-peer")[0]?.effect.cause).toBe("wrong-fingerprint");
    expect(driver.state.peer.state).toBe("closed");
  });

  test("[AU2] until it has proved its key nothing it sends is obeyed", () => {
    const driver = new GatewayDriver();
    const { dtlsFingerprint } = driver.lease;
    driver.grant();
    driver.hear({ kind: "peer-opened", dtlsFingerprint, challenge: "c" });
    expect(driver.state.lock).toBe("not-proved");
    driver.run(2_000);
    expect(driver.recordsSince(0)).toContainEqual(
      expect.objectContaining({ kind: "frame-dropped", cause: "not-proved" }),
    );
    expect(driver.state.acting).toBeUndefined();
    expect(driver.command({ op: "take-off" })).toBe("not-proved");
  });

  test("[AU2] a wrong proof closes it; the right one is welcome", () => {
    const driver = new GatewayDriver();
    const { dtlsFingerprint } = driver.lease;
    driver.grant();
    driver.hear({ kind: "peer-opened", dtlsFingerprint, challenge: "c" });
    driver.hear({ kind: "proof-received", proof: proofFor(driver.lease, "another challenge") });
    expect(driver.since(0, "close-peer")[0]?.effect.cause).toBe("wrong-proof");
    driver.connect();
    expect(driver.since(0, "send-welcome").map(({ effect }) => effect.epoch)).toEqual([1]);
  });

  test("[AU2] once proved it is not verified again: a flood of proofs holds up nobody", () => {
    const driver = GatewayDriver.flying();
    const { peer } = driver.state;
    const challenge = peer.state === "open" ? peer.challenge : "";
    const proof = proofFor(driver.lease, challenge);
    const before = driver.state;
    expect(driver.hear({ kind: "proof-received", proof })).toEqual([]);
    expect(driver.state).toEqual(before);
  });

  test("[AU2] a page that is refreshed is the same pilot, from the bottom of the ladder", () => {
    const driver = GatewayDriver.flying();
    driver.hear({ kind: "peer-closed" });
    driver.run(200);
    driver.page.sticks = forward;
    const mark = driver.mark;
    driver.connect();
    driver.run(1_900);
    // The sticks are not centred: it holds, but nobody is lost and nothing lands.
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.state).toMatchObject({ phase: "flying", lock: "recovering" });
  });

  test("[AU3] [LG2] who takes over has shown fresh frames and centred sticks before anything moves", () => {
    const driver = GatewayDriver.flying();
    driver.page.sticks = forward;
    driver.grant(next);
    driver.connect();
    const mark = driver.mark;
    driver.run(1_500);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    driver.page.sticks = { forward: 0, right: 0, up: 0, yawRight: 0 };
    driver.run(100);
    driver.page.sticks = forward;
    const freeMark = driver.mark;
    driver.run(100);
    expect(driver.speedsSince(freeMark).at(-1)).toBeGreaterThan(0);
  });

  test("[AU1] frames of an earlier lease are dropped", () => {
    const driver = GatewayDriver.flying();
    const frame = driver.nextFrame({ leaseEpoch: 0, sticks: forward });
    const mark = driver.mark;
    driver.hear({ kind: "frame-received", frame });
    expect(driver.recordsSince(mark)).toContainEqual(
      expect.objectContaining({ cause: "wrong-epoch" }),
    );
  });
});

describe("a lease taken back", () => {
  test("[AU5] zero velocity leaves in the same step, and the landing 2 s later", () => {
    const driver = GatewayDriver.flying();
    driver.run(1_500);
    driver.page.sticks = forward;
    driver.run(500);
    const revokedAtMs = driver.nowMs;
    const mark = driver.mark;
    const effects = driver.hear({
      kind: "lease-revoked",
      leaseId: driver.lease.leaseId,
      reason: "trial suspended",
    });
    expect(effects).toContainEqual({
      kind: "set-velocity",
      velocity: { eastMps: 0, northMps: 0, upMps: 0 },
      yawRateDegps: 0,
    });
    expect(driver.recordsSince(mark)).toContainEqual({
      kind: "lease-ended",
      cause: "authority-withdrawn",
      reason: "trial suspended",
    });
    driver.run(3_000);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    const [landing] = driver.ordersSince(mark);
    expect(landing?.order).toBe("land");
    expect((landing?.atMs ?? 0) - revokedAtMs).toBeGreaterThanOrEqual(2_000);
    expect((landing?.atMs ?? 0) - revokedAtMs).toBeLessThanOrEqual(2_020);
  });

  test("[AU5] its pilot may not do anything more, not even land", () => {
    const driver = GatewayDriver.flying();
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    expect(driver.command({ op: "land" })).toBe("no-lease");
    expect(driver.command({ op: "motors-off" })).toBe("no-lease");
  });

  test("[AU5] the revocation of another lease changes nothing", () => {
    const driver = GatewayDriver.flying();
    driver.hear({ kind: "lease-revoked", leaseId: leaseId("lease-9"), reason: "x" });
    expect(driver.state.authority.state).toBe("held");
  });

  test("[AU5] a copy that comes late does not bring it back, its epoch stored or not", () => {
    const driver = new GatewayDriver();
    driver.hub.storesEpochs = false;
    driver.grant();
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    driver.grant({ renewal: 1 });
    driver.hear({ kind: "epoch-stored", epoch: 1 });
    expect(refusalsSince(driver, 0)).toEqual(["epoch-spent"]);
    expect(driver.state.authority.state).toBe("withdrawn");
  });

  test("[AU5] the hub is told how its lease went", () => {
    const driver = new GatewayDriver();
    driver.grant();
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    expect(driver.since(0, "report-lease").map(({ effect }) => effect.state)).toEqual([
      "held",
      "ended",
    ]);
  });
});

import { ed25519 } from "@noble/curves/ed25519.js";
import { epochMs, toUtf8 } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leaseId } from "./identity.ts";
import { followRotations, readRotation, rotationLength, signRotation } from "./key-rotation.ts";
import { leasePublicKey, signLease } from "./lease.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const secretOf = (number: number) => Uint8Array.from({ length: 32 }, () => number);
const atMs = epochMs(1_790_000_000_000);
/** Keys 0, 1, 2...; the statement of serial n leads from key n - 1 to key n. */
const rotate = (serial: number, changes: Partial<Parameters<typeof signRotation>[0]> = {}) =>
  signRotation({
    serial,
    rotatedAtMs: atMs,
    oldSecretKey: secretOf(serial - 1),
    newSecretKey: secretOf(serial),
    ...changes,
  });
const pinnedOf = (serial: number) => ({ publicKey: leasePublicKey(secretOf(serial)), serial });
const faultOf = (serial: number, statements: readonly Uint8Array[]): string | undefined => {
  const followed = followRotations(pinnedOf(serial), statements);
  return followed.ok ? undefined : followed.fault;
};
const [first, second, third] = [rotate(1), rotate(2), rotate(3)];

describe("a rotation of the lease key", () => {
  test("[AU8] is followed from the pinned key on, over as many as there were", () => {
    expect(followRotations(pinnedOf(0), [])).toEqual({ ok: true, value: pinnedOf(0) });
    expect(followRotations(pinnedOf(0), [first])).toEqual({ ok: true, value: pinnedOf(1) });
    expect(followRotations(pinnedOf(0), [first, second, third])).toEqual({
      ok: true,
      value: pinnedOf(3),
    });
    // Enrolled after the first ones, and told of no serial.
    const late = { ...pinnedOf(1), serial: 0 };
    expect(followRotations(late, [second])).toEqual({ ok: true, value: pinnedOf(2) });
  });

  test("[AU8] altered in any bit is refused", () => {
    // Seven and eight have no common divisor: each byte is met, and each place within a byte.
    const stride = process.env.PISTA_TEST_LONG ? 1 : 7;
    for (let bit = 0; bit < rotationLength * 8; bit += stride) {
      const altered = first.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(followRotations(pinnedOf(0), [altered]).ok, `bit ${bit}`).toBe(false);
    }
  });

  test("[AU8] altered, cut or lengthened in any way is refused, alone or within a chain", () => {
    const chain = [first, second, third];
    const change = fc.record({
      which: fc.nat(2),
      from: fc.nat(rotationLength),
      removed: fc.nat(64),
      added: fc.uint8Array({ maxLength: 64 }),
    });
    fc.assert(
      fc.property(change, ({ which, from, removed, added }) => {
        const whole = chain[which] ?? first;
        const altered = [...whole.slice(0, from), ...added, ...whole.slice(from + removed)];
        fc.pre(altered.join() !== whole.join());
        const statements = chain.map((one, index) =>
          index === which ? Uint8Array.from(altered) : one,
        );
        expect(followRotations(pinnedOf(0), statements).ok).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  test("[AU8] out of order, repeated, or with one left out is refused as a whole", () => {
    expect(faultOf(0, [second])).toBe("another-key");
    expect(faultOf(0, [second, first])).toBe("another-key");
    expect(faultOf(0, [first, first])).toBe("another-key");
    expect(faultOf(0, [first, third])).toBe("another-key");
    expect(faultOf(1, [first])).toBe("another-key");
  });

  test("[AU8] of an older serial is refused, though both keys signed it", () => {
    // A key that comes back: only the serial tells that its old statement is spent.
    const back = rotate(2, { newSecretKey: secretOf(0) });
    const returned = followRotations(pinnedOf(0), [first, back]);
    if (!returned.ok) throw new Error(returned.fault);
    expect(followRotations(returned.value, [first])).toEqual({ ok: false, fault: "older-serial" });
    expect(faultOf(1, [rotate(1, { oldSecretKey: secretOf(1), newSecretKey: secretOf(2) })])).toBe(
      "older-serial",
    );
  });

  test("[AU8] signed by one key alone is refused", () => {
    const stranger = rotate(1, { oldSecretKey: secretOf(9) });
    const byNewAlone = first.slice();
    byNewAlone.set(stranger.subarray(80, 144), 80);
    expect(faultOf(0, [byNewAlone])).toBe("wrong-old-signature");
    const byOldAlone = first.slice();
    byOldAlone.set(first.subarray(80, 144), 144);
    expect(faultOf(0, [byOldAlone])).toBe("wrong-new-signature");
  });

  test("[AU8] is signed under a prefix of its own, in the form that SPEC.md gives", () => {
    expect(readRotation(first)).toEqual({
      serial: 1,
      rotatedAtMs: atMs,
      oldKey: pinnedOf(0).publicKey,
      newKey: pinnedOf(1).publicKey,
    });
    const signed = [...toUtf8("pista-lease-key-rotation-v1\n"), ...first.subarray(0, 80)];
    const bytes = Uint8Array.from(signed);
    expect(ed25519.verify(first.subarray(80, 144), bytes, pinnedOf(0).publicKey)).toBe(true);
    expect(ed25519.verify(first.subarray(144), bytes, pinnedOf(1).publicKey)).toBe(true);
    const tooLarge = first.slice();
    tooLarge.fill(0xff, 0, 8);
    expect(readRotation(tooLarge)).toBeUndefined();
  });
});

describe("a guard whose gateway has pinned another lease key", () => {
  const leasePublicKeyNext = leasePublicKey(secretOf(1));
  const pinned = { kind: "lease-key-pinned", leasePublicKey: leasePublicKeyNext } as const;

  test("[AU8] goes on flying by the lease in force, and renews it by the new key alone", () => {
    const driver = GatewayDriver.flying();
    driver.hub.isUp = false;
    driver.hear(pinned);
    driver.run(1_000);
    expect([driver.state.authority.state, driver.state.lock]).toEqual(["held", undefined]);
    const renewed = { ...driver.lease, renewal: driver.lease.renewal + 1 };
    const mark = driver.mark;
    driver.receive(renewed);
    expect(driver.recordsSince(mark)).toContainEqual({
      kind: "lease-refused",
      cause: "wrong-lease-signature",
    });
    const token = signLease(renewed, secretOf(1));
    driver.hear({ kind: "lease-received", token, hubNowMs: driver.hubNowMs });
    expect(driver.state.authority).toMatchObject({ lease: { renewal: renewed.renewal } });
  });

  test("[AU8] [AU3] keeps it when whoever takes over is seated", () => {
    const driver = GatewayDriver.flying();
    driver.receive({
      ...driver.lease,
      ...{ leaseId: leaseId("lease-2"), epoch: 2, succeeds: driver.lease.leaseId },
    });
    driver.hear(pinned);
    const { setup, successor } = driver.state;
    expect([setup, successor?.setup]).toEqual(
      Array(2).fill(expect.objectContaining({ leasePublicKey: leasePublicKeyNext })),
    );
  });
});

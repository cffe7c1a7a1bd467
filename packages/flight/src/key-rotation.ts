import { ed25519 } from "@noble/curves/ed25519.js";
import { type EpochMs, fail, ok, type Result, toUtf8 } from "@pista/kernel";

/** [AU8] The lease key that a gateway obeys, and how often it had been rotated when it was pinned. */
export type PinnedLeaseKey = { readonly publicKey: Uint8Array; readonly serial: number };

export type RotationFault =
  | "malformed-rotation"
  | "another-key"
  | "older-serial"
  | "wrong-old-signature"
  | "wrong-new-signature";

/** Signed bytes start with this, so that neither key's signature ever passes for a lease's. */
const signedPrefix = toUtf8("pista-lease-key-rotation-v1\n");

/** Serial and moment (uint64, big-endian), old key, new key; then the signature of each. */
const at = { serial: 0, rotatedAtMs: 8, oldKey: 16, newKey: 48, oldSignature: 80, end: 208 };
const newSignatureAt = at.oldSignature + 64;
export const rotationLength = at.end;

/** [AU8] A lease key gives way to another, and both say so: 208 bytes. */
export function signRotation(rotation: {
  readonly serial: number;
  readonly rotatedAtMs: EpochMs;
  readonly oldSecretKey: Uint8Array;
  readonly newSecretKey: Uint8Array;
}): Uint8Array {
  const { serial, rotatedAtMs, oldSecretKey, newSecretKey } = rotation;
  const statement = new Uint8Array(at.end);
  const view = new DataView(statement.buffer);
  view.setBigUint64(at.serial, BigInt(serial));
  view.setBigUint64(at.rotatedAtMs, BigInt(rotatedAtMs));
  statement.set(ed25519.getPublicKey(oldSecretKey), at.oldKey);
  statement.set(ed25519.getPublicKey(newSecretKey), at.newKey);
  const signed = signedBytes(statement);
  statement.set(ed25519.sign(signed, oldSecretKey), at.oldSignature);
  statement.set(ed25519.sign(signed, newSecretKey), newSignatureAt);
  return statement;
}

/** What a statement says, not yet verified; undefined when it has another length or a number too large. */
export function readRotation(statement: Uint8Array) {
  if (statement.length !== at.end) return undefined;
  const view = new DataView(statement.buffer, statement.byteOffset, at.end);
  const serial = Number(view.getBigUint64(at.serial));
  const rotatedAtMs = Number(view.getBigUint64(at.rotatedAtMs));
  if (!Number.isSafeInteger(serial) || !Number.isSafeInteger(rotatedAtMs)) return undefined;
  return {
    serial,
    rotatedAtMs,
    oldKey: statement.slice(at.oldKey, at.newKey),
    newKey: statement.slice(at.newKey, at.oldSignature),
  };
}

/** [AU8] The key to pin after these rotations, oldest first; one that does not follow voids all. */
export function followRotations(
  pinned: PinnedLeaseKey,
  statements: readonly Uint8Array[],
): Result<PinnedLeaseKey, RotationFault> {
  let newest = pinned;
  for (const statement of statements) {
    const followed = followRotation(newest, statement);
    if (!followed.ok) return followed;
    newest = followed.value;
  }
  return ok(newest);
}

function followRotation(
  pinned: PinnedLeaseKey,
  statement: Uint8Array,
): Result<PinnedLeaseKey, RotationFault> {
  const rotation = readRotation(statement);
  if (!rotation) return fail("malformed-rotation");
  const { serial, oldKey, newKey } = rotation;
  if (!isSame(oldKey, pinned.publicKey)) return fail("another-key");
  if (serial <= pinned.serial) return fail("older-serial");
  const signed = signedBytes(statement);
  const isSignedBy = (key: Uint8Array, from: number): boolean =>
    ed25519.verify(statement.slice(from, from + 64), signed, key, { zip215: false });
  if (!isSignedBy(pinned.publicKey, at.oldSignature)) return fail("wrong-old-signature");
  if (!isSignedBy(newKey, newSignatureAt)) return fail("wrong-new-signature");
  return ok({ publicKey: newKey, serial });
}

function signedBytes(statement: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(signedPrefix.length + at.oldSignature);
  bytes.set(signedPrefix);
  bytes.set(statement.subarray(0, at.oldSignature), signedPrefix.length);
  return bytes;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

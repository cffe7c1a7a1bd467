import { sha256 } from "@noble/hashes/sha2.js";
import { assert, type Brand, type EpochMs } from "@pista/kernel";

/** The 32 secret bytes that both ends of a signed link hold (guide: Message Signing). */
export type SigningKey = Brand<Uint8Array, "SigningKey">;

/** Units of 10 microseconds since 2015-01-01T00:00:00Z, 48 bits. */
export type SigningTimestamp = Brand<number, "SigningTimestamp">;

const keyLength = 32;
const signatureLength = 6;
const epochOfSigningMs = 1_420_070_400_000;
const unitsPerMs = 100;

/** One minute: what a new stream may lie behind the newest stamp heard (Message Signing, "Accepting Signed Packets"). */
export const staleAfterUnits = 6_000_000;

/**
 * Half of the 48 bits, which the calendar reaches in 2059. A peer whose clock is wrong beyond that
 * must not drag everybody's stamps to the end of the counter, where no newer one exists.
 */
const timestampLimit = 2 ** 47;

/** Undefined unless there are exactly 32 bytes. The key is copied. */
export const parseSigningKey = (bytes: Uint8Array): SigningKey | undefined =>
  // The brand's constructor: the length is what makes bytes a key.
  bytes.length === keyLength ? (Uint8Array.from(bytes) as SigningKey) : undefined;

export const signingTimestamp = (units: number): SigningTimestamp => units as SigningTimestamp;

/** The stamp of a moment; times before 2015 count as its first. */
export const signingTimestampAt = (nowMs: EpochMs): SigningTimestamp =>
  signingTimestamp(Math.max(0, Math.floor((nowMs - epochOfSigningMs) * unitsPerMs)));

/**
 * The local stamp of a system: never behind its clock, never behind a stamp it has accepted, and
 * never the same twice. Store `newest()` from time to time and start from it, so that a restart
 * with a wrong clock repeats nothing.
 */
export interface SigningClock {
  newest(): SigningTimestamp;
  /** The stamp of the next frame sent. */
  next(nowMs: EpochMs): SigningTimestamp;
  /** A frame with this stamp was accepted. */
  hear(timestamp: SigningTimestamp): void;
}

export function createSigningClock(start: SigningTimestamp = signingTimestamp(0)): SigningClock {
  let newest: SigningTimestamp = start;
  return {
    newest: () => newest,
    next: (nowMs) => {
      newest = signingTimestamp(Math.max(newest + 1, signingTimestampAt(nowMs)));
      assert(newest < 2 ** 48, "A signature's time stamp has 48 bits.");
      return newest;
    },
    hear: (timestamp) => {
      if (timestamp > newest) newest = timestamp;
    },
  };
}

/** How the frames of one link are signed. Links of one system share key and clock, not the id. */
export type FrameSigning = {
  readonly key: SigningKey;
  readonly linkId: number;
  readonly clock?: SigningClock;
};

function signatureOf(key: SigningKey, bytes: Uint8Array, start: number, end: number): Uint8Array {
  return sha256.create().update(key).update(bytes.subarray(start, end)).digest();
}

export type SignaturePlace = {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Where the link id belongs: just after the checksum. */
  readonly at: number;
};

/** Appends link id, stamp and signature: 13 bytes (Message Signing, "Signature"). */
export function writeSignature(
  { bytes, start, at }: SignaturePlace,
  { key, linkId, timestamp }: { key: SigningKey; linkId: number; timestamp: SigningTimestamp },
): void {
  bytes[at] = linkId;
  let rest: number = timestamp;
  for (let index = 1; index <= 6; index++) {
    bytes[at + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  const signature = signatureOf(key, bytes, start, at + 7);
  bytes.set(signature.subarray(0, signatureLength), at + 7);
}

export type SignatureVerdict =
  | "accepted"
  | "unsigned"
  | "bad-signature"
  | "implausible"
  | "replayed"
  | "stale"
  | "too-many-streams";

/** How often each verdict fell. */
export type SignatureCounters = Record<SignatureVerdict, number>;

/** Judges frames. One system has one, shared by the readers of all its links. */
export interface SignatureVerifier {
  readonly counters: Readonly<SignatureCounters>;
  /** A frame with the signed flag, its checksum already found right. */
  judgeSigned(place: SignaturePlace, nowMs?: EpochMs): SignatureVerdict;
  judgeUnsigned(messageId: number): SignatureVerdict;
}

export type VerifierOptions = {
  readonly key: SigningKey;
  /** Shared with this system's writers, so that what it hears also moves what it sends. */
  readonly clock?: SigningClock;
  /** The guide allows RADIO_STATUS, which some telemetry radios send unsigned. Nothing by default. */
  readonly acceptUnsigned?: (messageId: number) => boolean;
  /** Streams whose newest stamp is kept; one more is refused. Only holders of the key make streams. */
  readonly streamsMax?: number;
};

/** Never stops at the first difference, so that its duration tells nothing. */
function isEqual(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < signatureLength; index++) {
    difference |= (bytes[at + index] ?? 0) ^ (expected[index] ?? 0);
  }
  return difference === 0;
}

function readTimestamp(bytes: Uint8Array, at: number): SigningTimestamp {
  let units = 0;
  for (let index = 5; index >= 0; index--) units = units * 256 + (bytes[at + index] ?? 0);
  return signingTimestamp(units);
}

const noVerdicts = (): SignatureCounters => ({
  accepted: 0,
  unsigned: 0,
  "bad-signature": 0,
  implausible: 0,
  replayed: 0,
  stale: 0,
  "too-many-streams": 0,
});

export function createSignatureVerifier(options: VerifierOptions): SignatureVerifier {
  const { key, clock = createSigningClock(), acceptUnsigned, streamsMax = 64 } = options;
  const counters = noVerdicts();
  /** The newest stamp of each (system, component, link). */
  const newestOfStream = new Map<number, SigningTimestamp>();

  function judgeStamp(
    stream: number,
    timestamp: SigningTimestamp,
    nowMs: EpochMs | undefined,
  ): SignatureVerdict {
    if (timestamp >= timestampLimit) return "implausible";
    const newest = newestOfStream.get(stream);
    if (newest !== undefined) return timestamp > newest ? "accepted" : "replayed";
    const local = Math.max(clock.newest(), nowMs === undefined ? 0 : signingTimestampAt(nowMs));
    if (timestamp < local - staleAfterUnits) return "stale";
    return newestOfStream.size >= streamsMax ? "too-many-streams" : "accepted";
  }

  function judge({ bytes, start, at }: SignaturePlace, nowMs?: EpochMs): SignatureVerdict {
    const expected = signatureOf(key, bytes, start, at + 7);
    if (!isEqual(bytes, at + 7, expected)) return "bad-signature";
    const [system = 0, component = 0] = bytes.subarray(start + 5, start + 7);
    const stream = (system << 16) | (component << 8) | (bytes[at] ?? 0);
    const timestamp = readTimestamp(bytes, at + 1);
    const verdict = judgeStamp(stream, timestamp, nowMs);
    if (verdict === "accepted") {
      newestOfStream.set(stream, timestamp);
      clock.hear(timestamp);
    }
    return verdict;
  }

  return {
    counters,
    judgeSigned: (place, nowMs) => {
      const verdict = judge(place, nowMs);
      counters[verdict]++;
      return verdict;
    },
    judgeUnsigned: (messageId) => {
      const verdict = acceptUnsigned?.(messageId) ? "accepted" : "unsigned";
      counters[verdict]++;
      return verdict;
    },
  };
}

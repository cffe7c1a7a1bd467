import { defined, epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createDatagramReader, createStreamReader } from "./frame-reader.ts";
import { createFrameWriter, type OutgoingMessage } from "./frame-writer.ts";
import {
  createSignatureVerifier,
  createSigningClock,
  parseSigningKey,
  signingTimestamp,
  signingTimestampAt,
  type VerifierOptions,
} from "./signing.ts";

const key = defined(parseSigningKey(new Uint8Array(32).fill(7)), "The test's key");
const nowMs = epochMs(1_790_000_000_000);
const minuteMs = 60_000;
const at = (offsetMs: number) => epochMs(nowMs + offsetMs);

const ping: OutgoingMessage = {
  name: "PING",
  timeUsec: 5n,
  seq: 1,
  targetSystem: 0,
  targetComponent: 0,
};

type Origin = { systemId?: number; componentId?: number; linkId?: number };
const signingWriter = ({ systemId = 1, componentId = 1, linkId = 0 }: Origin = {}) =>
  createFrameWriter({ systemId, componentId, signing: { key, linkId } });

function receiver(options: Partial<VerifierOptions> = {}) {
  const verifier = createSignatureVerifier({ key, ...options });
  return { verifier, reader: createDatagramReader({ signing: verifier }) };
}

test("[MV20] a key has exactly 32 bytes, and is a copy", () => {
  expect(parseSigningKey(new Uint8Array(31))).toBeUndefined();
  expect(parseSigningKey(new Uint8Array(33))).toBeUndefined();
  const bytes = new Uint8Array(32);
  const parsed = parseSigningKey(bytes);
  bytes[0] = 1;
  expect(parsed?.[0]).toBe(0);
});

test("[MV20] every changed bit of a signed frame is noticed", () => {
  const frame = signingWriter().write(ping, nowMs);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const { reader, verifier } = receiver();
    const changed = Uint8Array.from(frame);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(reader.read(changed, nowMs)).toEqual([]);
    expect(verifier.counters.accepted).toBe(0);
  }
  expect(receiver().reader.read(frame, nowMs)).toMatchObject([{ signed: true, message: ping }]);
});

test("[MV20] without a verifier a signed frame is read, its signature unseen", () => {
  const frame = signingWriter().write(ping, nowMs);
  frame[frame.length - 1] = (frame[frame.length - 1] ?? 0) ^ 1;
  expect(createDatagramReader().read(frame)).toMatchObject([{ signed: true }]);
});

describe("stamps sent", () => {
  test("[MV21] they count 10 microseconds since the first of January 2015", () => {
    expect(signingTimestampAt(epochMs(Date.UTC(2015, 0, 1)))).toBe(0);
    expect(signingTimestampAt(epochMs(Date.UTC(2015, 0, 1) + 1))).toBe(100);
    expect(signingTimestampAt(epochMs(0))).toBe(0);
  });

  test("[MV21] two frames of one millisecond, and of a clock set back, still rise", () => {
    const clock = createSigningClock();
    const stamps = [0, 0, -5_000, 1].map((offsetMs) => clock.next(at(offsetMs)));
    const first = signingTimestampAt(nowMs);
    expect(stamps).toEqual([first, first + 1, first + 2, first + 100]);
    expect(clock.newest()).toBe(first + 100);
  });

  test("[MV21] a clock starts from what was stored and follows what it hears", () => {
    const stored = signingTimestamp(signingTimestampAt(nowMs) + 1_000_000);
    const clock = createSigningClock(stored);
    expect(clock.next(nowMs)).toBe(stored + 1);
    clock.hear(signingTimestamp(stored + 500));
    clock.hear(signingTimestamp(3));
    expect(clock.next(nowMs)).toBe(stored + 501);
  });

  test("[MV21] what the verifier accepts moves the writer that shares its clock", () => {
    const clock = createSigningClock();
    const { reader } = receiver({ clock });
    reader.read(signingWriter().write(ping, at(9_000)));
    expect(clock.newest()).toBe(signingTimestampAt(at(9_000)));
  });

  test("[MV21] a signed frame is not written without the time, nor for a link beyond 255", () => {
    expect(() => signingWriter().write(ping)).toThrow("needs the time");
    expect(() => signingWriter({ linkId: 256 })).toThrow("linkId");
  });
});

describe("replays", () => {
  test("[MV22] the same frame a second time is refused", () => {
    const { reader, verifier } = receiver();
    const frame = signingWriter().write(ping, nowMs);
    expect(reader.read(frame, nowMs)).toHaveLength(1);
    expect(reader.read(frame, nowMs)).toHaveLength(0);
    expect(verifier.counters).toMatchObject({ accepted: 1, replayed: 1 });
    expect(reader.counters).toMatchObject({ frames: 1, refusedBySigning: 1, junkBytes: 0 });
  });

  test("[MV22] an older frame of the stream is refused, a newer one not", () => {
    const { reader } = receiver();
    const sender = signingWriter();
    const [first, second, third] = [0, 1, 2].map((ms) => sender.write(ping, at(ms)));
    const read = (frame: Uint8Array | undefined) => reader.read(defined(frame, "frame")).length;
    expect([read(second), read(first), read(second), read(third)]).toEqual([1, 0, 0, 1]);
  });

  test("[MV22] system, component and link each make a stream of their own", () => {
    const { reader } = receiver();
    const origins: Origin[] = [{}, { systemId: 2 }, { componentId: 2 }, { linkId: 2 }];
    for (const origin of origins) {
      expect(reader.read(signingWriter(origin).write(ping, nowMs))).toHaveLength(1);
    }
  });

  test("[MV22] readers that share a verifier refuse what another link has brought", () => {
    const verifier = createSignatureVerifier({ key });
    const frame = signingWriter().write(ping, nowMs);
    expect(createDatagramReader({ signing: verifier }).read(frame)).toHaveLength(1);
    expect(createStreamReader({ signing: verifier }).read(frame)).toHaveLength(0);
  });
});

describe("new streams", () => {
  const late = { linkId: 1 };

  test("[MV23] one minute behind the newest stamp is accepted, a unit more is stale", () => {
    const heardMs = nowMs;
    const newest = signingTimestampAt(heardMs);
    const { reader, verifier } = receiver({ clock: createSigningClock(newest) });
    const stampedAt = (units: number) =>
      createFrameWriter({
        systemId: 1,
        componentId: 1,
        signing: { key, ...late, clock: createSigningClock(signingTimestamp(units - 1)) },
      }).write(ping, epochMs(0));
    expect(reader.read(stampedAt(newest - 6_000_001))).toHaveLength(0);
    expect(verifier.counters.stale).toBe(1);
    expect(reader.read(stampedAt(newest - 6_000_000))).toHaveLength(1);
  });

  test("[MV23] after a restart, a recording older than a minute is stale by the clock alone", () => {
    const { reader, verifier } = receiver();
    expect(reader.read(signingWriter().write(ping, at(-minuteMs - 1)), nowMs)).toHaveLength(0);
    expect(verifier.counters.stale).toBe(1);
    expect(reader.read(signingWriter(late).write(ping, at(-minuteMs)), nowMs)).toHaveLength(1);
  });

  test("[MV26] one stream more than the limit is refused, the others go on", () => {
    const { reader, verifier } = receiver({ streamsMax: 1 });
    const known = signingWriter();
    expect(reader.read(known.write(ping, nowMs))).toHaveLength(1);
    expect(reader.read(signingWriter(late).write(ping, nowMs))).toHaveLength(0);
    expect(reader.read(known.write(ping, nowMs))).toHaveLength(1);
    expect(verifier.counters).toMatchObject({ accepted: 2, "too-many-streams": 1 });
  });

  test("[MV26] a stamp beyond 2059 is implausible and moves no clock", () => {
    const clock = createSigningClock();
    const { reader, verifier } = receiver({ clock });
    expect(reader.read(signingWriter().write(ping, epochMs(Date.UTC(2070, 0, 1))))).toEqual([]);
    expect(verifier.counters.implausible).toBe(1);
    expect(clock.newest()).toBe(0);
  });
});

describe("what is not signed", () => {
  const plain = createFrameWriter({ systemId: 1, componentId: 1 });
  const radio: OutgoingMessage = {
    name: "RADIO_STATUS",
    rssi: 1,
    remrssi: 1,
    txbuf: 1,
    noise: 1,
    remnoise: 1,
    rxerrors: 0,
    fixed: 0,
  };

  test("[MV24] it is refused, in MAVLink 1 as well", () => {
    const { reader, verifier } = receiver();
    expect(reader.read(plain.write(ping))).toEqual([]);
    const heartbeat1 = Uint8Array.of(
      ...[0xfe, 9, 0x4e, 1, 1, 0, 0, 0, 0, 0, 2, 3, 0x51, 4, 3, 0x1c, 0x7f],
    );
    expect(reader.read(heartbeat1)).toEqual([]);
    expect(verifier.counters.unsigned).toBe(2);
  });

  test("[MV24] only the messages that are named may come unsigned", () => {
    const { reader } = receiver({ acceptUnsigned: (messageId) => messageId === 109 });
    expect(reader.read(plain.write(radio))).toMatchObject([{ signed: false }]);
    expect(reader.read(plain.write(ping))).toEqual([]);
  });

  test("[MV25] a frame with a bad signature moves neither clock nor stream", () => {
    const clock = createSigningClock();
    const { reader } = receiver({ clock });
    const forged = signingWriter().write(ping, at(minuteMs));
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(reader.read(forged)).toEqual([]);
    expect(clock.newest()).toBe(0);
    expect(reader.read(signingWriter().write(ping, nowMs))).toHaveLength(1);
  });
});

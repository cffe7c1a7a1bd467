import { createRandom, defined, epochMs, type Random } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDatagramReader, createStreamReader, type FrameReader } from "./frame-reader.ts";
import { createFrameWriter, type OutgoingMessage } from "./frame-writer.ts";
import { camelCase } from "./generator/case.ts";
import { type MessageDefinition, valueOrBits } from "./messages/definition.ts";
import { messageTable } from "./messages/table.ts";
import { createSignatureVerifier, parseSigningKey } from "./signing.ts";
import { type FieldLayout, layoutOf } from "./wire/layout.ts";

const isLong = process.env.PISTA_TEST_LONG !== undefined;
const key = defined(parseSigningKey(new Uint8Array(32).fill(1)), "The test's key");

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** The longest beginning that fits the field, whole characters only. */
function fitted(characters: readonly string[], length: number): string {
  let text = "";
  for (const character of characters) {
    if (utf8Length(text + character) > length) break;
    text += character;
  }
  return text;
}

const scalars: Record<Exclude<FieldLayout["scalar"], "char">, fc.Arbitrary<number | bigint>> = {
  uint8: fc.nat(0xff),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  uint16: fc.nat(0xffff),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint32: fc.nat(0xffff_ffff),
  int32: fc.integer(),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float: fc.float(),
  double: fc.double(),
};

function arbitraryValue({ scalar, arrayLength }: FieldLayout): fc.Arbitrary<unknown> {
  if (scalar === "char") {
    const character = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
    return fc
      .array(character.filter((each) => each !== "\0"))
      .map((characters) => fitted(characters, arrayLength ?? 1));
  }
  // Zeros are made often, so that truncation is met in every way.
  const value = fc.oneof({ weight: 3, arbitrary: scalars[scalar] }, zeroOf(scalar));
  if (arrayLength === undefined) return value;
  return fc.array(value, { minLength: arrayLength, maxLength: arrayLength });
}

const zeroOf = (scalar: FieldLayout["scalar"]): fc.Arbitrary<number | bigint> =>
  fc.constant(scalar === "uint64" || scalar === "int64" ? 0n : 0);

function arbitraryMessage(definition: MessageDefinition): fc.Arbitrary<OutgoingMessage> {
  const fields = layoutOf(definition).fields.map(
    (field) => [camelCase(field.name), arbitraryValue(field)] as const,
  );
  // Built from the table's own fields, so it is one of the table's messages; the compiler cannot see it.
  return fc
    .record(Object.fromEntries(fields))
    .map((values) => ({ name: definition.name, ...values }) as unknown as OutgoingMessage);
}

const anyMessage = fc.oneof(...messageTable.map(arbitraryMessage));
const runs = (usual: number): { numRuns: number } => ({ numRuns: isLong ? usual * 20 : usual });

const withoutBits = (message: object): object =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== "paramValueBits"));

describe("round trips", () => {
  test.each(messageTable)("[MV2] $name comes back as it was sent", (definition) => {
    const writer = createFrameWriter({ systemId: 7, componentId: 8 });
    const reader = createDatagramReader();
    const hasBits = definition.fields.some(([, , meaning]) => meaning === valueOrBits);
    fc.assert(
      fc.property(arbitraryMessage(definition), (message) => {
        const bytes = writer.write(message);
        const [frame] = reader.read(bytes);
        const read = defined(frame, "The frame just written").message;
        expect(hasBits ? withoutBits(read) : read).toEqual(message);
      }),
      runs(25),
    );
  });
});

const countersOf = (reader: FrameReader): object => ({
  ...reader.counters,
  unknownById: [...reader.counters.unknownById],
});

/** The beginning of a head with an unsupported flag; what it claims holds several frames, one or none. */
const unsupportedHead = fc
  .tuple(fc.constant(0xfd), fc.nat(0xff), fc.integer({ min: 2, max: 0xff }))
  .map((bytes) => ({ kind: "junk", bytes: Uint8Array.from(bytes) }) as const);

/** Frames and junk in any order, as bytes. */
const pieces = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: anyMessage.map((message) => ({ kind: "frame", message }) as const) },
    unsupportedHead,
    fc
      .array(fc.oneof(fc.nat(0xff), fc.constantFrom(0xfd, 0xfe, 0)), { maxLength: 40 })
      .map((bytes) => ({ kind: "junk", bytes: Uint8Array.from(bytes) }) as const),
  ),
  { maxLength: 12 },
);

test("[MV9] however a stream is cut, the same frames and counts come out", () => {
  fc.assert(
    fc.property(
      pieces,
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      (all, cuts) => {
        const writer = createFrameWriter({ systemId: 1, componentId: 1 });
        const stream = Uint8Array.from(
          all.flatMap((piece) => [
            ...(piece.kind === "junk" ? piece.bytes : writer.write(piece.message)),
          ]),
        );
        const whole = createStreamReader();
        const cut = createStreamReader();
        const expected = whole.read(stream);
        const found = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          found.push(...cut.read(stream.subarray(at, at + length)));
          at += length;
        }
        expect(found).toEqual(expected);
        expect(countersOf(cut)).toEqual(countersOf(whole));
        expect(cut.waitingBytes).toBe(whole.waitingBytes);
      },
    ),
    runs(300),
  );
});

test("[MV14] behind an unsupported head each frame is handed out with its last byte", () => {
  const length = fc.nat(0xfc);
  const flags = fc.integer({ min: 2, max: 0xfc });
  const messages = fc.array(anyMessage, { minLength: 1 });
  fc.assert(
    fc.property(length, flags, messages, (length, flags, messages) => {
      const writer = createFrameWriter({ systemId: 1, componentId: 1 });
      const frames = messages.map((message) => writer.write(message));
      const [first] = frames;
      // Otherwise the first ends behind the claim, and proves nothing.
      fc.pre(first !== undefined && 3 + first.length <= 12 + length);
      const reader = createStreamReader();
      expect(reader.read(Uint8Array.of(0xfd, length, flags))).toEqual([]);
      for (const frame of frames) {
        expect(reader.read(frame.subarray(0, -1))).toEqual([]);
        expect(reader.read(frame.subarray(-1))).toHaveLength(1);
      }
      expect(reader.counters).toMatchObject({ frames: frames.length, junkBytes: 3 });
    }),
    runs(200),
  );
});

test("[MV10] quiet junk between frames costs no frame and is counted to the byte", () => {
  const quiet = fc.uint8Array({ max: 0xfc, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(fc.tuple(quiet, anyMessage), { minLength: 1 }), (all) => {
      const writer = createFrameWriter({ systemId: 1, componentId: 1 });
      const reader = createStreamReader();
      const frames = all.flatMap(([junk, message]) => [
        ...reader.read(junk),
        ...reader.read(writer.write(message)),
      ]);
      expect(frames).toHaveLength(all.length);
      const junkBytes = all.reduce((sum, [junk]) => sum + junk.length, 0);
      expect(reader.counters).toMatchObject({ frames: all.length, junkBytes, badCrc: 0 });
    }),
    runs(100),
  );
});

/** Frames to spoil: plain, signed, of every message. */
function sampleFrames(seed: number): Uint8Array[] {
  const plain = createFrameWriter({ systemId: 1, componentId: 1 });
  const signed = createFrameWriter({ systemId: 1, componentId: 1, signing: { key, linkId: 1 } });
  const [messages = []] = fc.sample(fc.tuple(...messageTable.map(arbitraryMessage)), {
    seed,
    numRuns: 1,
  });
  return messages.flatMap((message) => [plain.write(message), signed.write(message, epochMs(0))]);
}

function spoiled(frame: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(frame);
  switch (random.integer(5)) {
    case 0: // Bits flipped.
      for (let flips = 1 + random.integer(4); flips > 0; flips--) {
        const at = random.integer(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      }
      return bytes;
    case 1: // Cut short.
      return bytes.subarray(0, random.integer(bytes.length));
    case 2: // A byte of the header that steers the reader, set to anything.
      bytes[random.integer(10)] = random.integer(256);
      return bytes;
    case 3: // A byte lost.
      return Uint8Array.from([...bytes].toSpliced(random.integer(bytes.length), 1));
    default: // Nothing but noise, with start bytes more often than chance has them.
      return bytes.map(() => (random.chance(0.1) ? 0xfd + random.integer(2) : random.integer(256)));
  }
}

const seedsThatOnceFailed: readonly number[] = [];
const [newSeed = 0] = fc.sample(fc.nat(), 1);
const inputs = isLong ? 1_000_000 : 20_000;

test.each([...seedsThatOnceFailed, newSeed])(
  `[MV16] ${inputs} broken inputs, seed %i: nothing throws and nothing grows`,
  (seed) => {
    const random = createRandom(seed);
    const frames = sampleFrames(seed);
    const readers = [
      createStreamReader(),
      createDatagramReader(),
      createStreamReader({ signing: createSignatureVerifier({ key }) }),
      createDatagramReader({ signing: createSignatureVerifier({ key }) }),
    ];
    let waitingBytesMax = 0;
    for (let input = 0; input < inputs; input++) {
      const frame = defined(frames[random.integer(frames.length)], "A sample frame");
      const bytes = random.chance(0.2) ? frame : spoiled(frame, random);
      for (const reader of readers) {
        reader.read(bytes, epochMs(input));
        waitingBytesMax = Math.max(waitingBytesMax, reader.waitingBytes);
      }
    }
    expect(waitingBytesMax).toBeLessThanOrEqual(280);
    for (const { counters } of readers) expect(counters.frames).toBeGreaterThan(0);
  },
  isLong ? 600_000 : 20_000,
);

import { assert, type EpochMs } from "@pista/kernel";
import { codecs, type MavlinkMessage } from "./messages.generated.ts";
import type { SignatureVerifier } from "./signing.ts";
import type { Codec } from "./wire/codec.ts";
import { crcOfByte, crcOfBytes, crcStart } from "./wire/crc.ts";
import {
  checksumLength,
  flagSigned,
  headerLength1,
  headerLength2,
  payloadLengthMax,
  signatureBlockLength,
  startOfVersion1,
  startOfVersion2,
} from "./wire/frame-format.ts";

export type MavlinkFrame = {
  readonly message: MavlinkMessage;
  readonly systemId: number;
  readonly componentId: number;
  readonly sequence: number;
  readonly version: 1 | 2;
  /** The frame carried a signature. It was verified when the reader has a verifier. */
  readonly signed: boolean;
};

export type ReaderOptions = {
  /** With it, only frames that it accepts are handed out. */
  readonly signing?: SignatureVerifier;
};

export type ReaderCounters = {
  /** Frames handed out. */
  frames: number;
  /** Bytes that belong to no frame, whether handed out or refused. */
  junkBytes: number;
  badCrc: number;
  /** Frames of messages that the table lacks. Their checksum cannot be told. */
  unknownMessages: number;
  /** The same by message id, for at most 64 different ids. */
  unknownById: ReadonlyMap<number, number>;
  /** Frames with an incompatibility flag other than the signature's. */
  unsupportedFlags: number;
  /** MAVLink 1 frames whose length is not their message's. */
  badLength: number;
  /** Datagrams that end within what looked like a frame. */
  truncated: number;
  /** Frames that the verifier refused; its own counters say why. */
  refusedBySigning: number;
};

export interface FrameReader {
  read(bytes: Uint8Array, nowMs?: EpochMs): MavlinkFrame[];
  readonly counters: Readonly<ReaderCounters>;
  /** Bytes kept until the rest of their frame comes: never more than one frame. */
  readonly waitingBytes: number;
}

/** What is kept between two calls fits here with room to spare: one frame and the byte after it. */
const bufferLength = 4096;
const unknownIdsMax = 64;

const idMax = Math.max(...codecs.map(({ id }) => id));
const codecById = new Array<Codec | undefined>(idMax + 1).fill(undefined);
for (const codec of codecs) codecById[codec.id] = codec;

type Refusal = "badCrc" | "unknownMessages" | "unsupportedFlags";

/** What reading at one place may answer instead of the number of bytes it used up. */
const needsMore = 0;

/** What a whole call shares, so that the functions below need not pass it one by one. */
type Pass = { readonly isLast: boolean; readonly nowMs: EpochMs | undefined };

class FrameScanner implements FrameReader {
  readonly counters: ReaderCounters;
  private readonly unknownById = new Map<number, number>();
  private readonly signing: SignatureVerifier | undefined;
  private readonly carriesOver: boolean;
  private readonly bytes = new Uint8Array(bufferLength);
  private readonly view = new DataView(this.bytes.buffer);
  private filled = 0;
  /** Truncated payloads are completed with zeros here, so that decoders read whole ones only. */
  private readonly payload = new Uint8Array(payloadLengthMax);
  private readonly payloadView = new DataView(this.payload.buffer);
  private frames: MavlinkFrame[] = [];

  constructor(options: ReaderOptions, carriesOver: boolean) {
    this.signing = options.signing;
    this.carriesOver = carriesOver;
    this.counters = {
      frames: 0,
      junkBytes: 0,
      badCrc: 0,
      unknownMessages: 0,
      unknownById: this.unknownById,
      unsupportedFlags: 0,
      badLength: 0,
      truncated: 0,
      refusedBySigning: 0,
    };
  }

  get waitingBytes(): number {
    return this.filled;
  }

  read(chunk: Uint8Array, nowMs?: EpochMs): MavlinkFrame[] {
    this.frames = [];
    if (!this.carriesOver) this.filled = 0;
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(chunk.length - from, bufferLength - this.filled);
      assert(count > 0, "What waits for its end never fills the buffer.");
      const isWhole = count === chunk.length;
      this.bytes.set(isWhole ? chunk : chunk.subarray(from, from + count), this.filled);
      this.filled += count;
      from += count;
      this.scan({ isLast: !this.carriesOver && from === chunk.length, nowMs });
    }
    return this.frames;
  }

  private scan(pass: Pass): void {
    const { bytes, counters, filled } = this;
    let at = 0;
    while (at < filled) {
      const start = bytes[at];
      let used = 1;
      if (start === startOfVersion2) used = this.readVersion2(at, pass);
      else if (start === startOfVersion1) used = this.readVersion1(at, pass);
      else counters.junkBytes++;
      if (used === needsMore) {
        if (!pass.isLast) break;
        counters.truncated++;
        counters.junkBytes++;
        used = 1;
      }
      at += used;
    }
    if (at < filled) bytes.copyWithin(0, at, filled);
    this.filled = filled - at;
  }

  private readVersion2(at: number, pass: Pass): number {
    const { filled } = this;
    if (filled - at < 3) return needsMore;
    const end = this.endOfVersion2(at);
    if (this.hasUnsupportedFlag(at)) return this.refuseFlags(at, end, pass);
    return filled < end ? needsMore : this.take(this.idOfVersion2(at), 2, at, end, pass);
  }

  private endOfVersion2(at: number): number {
    const { bytes } = this;
    const unsigned = at + headerLength2 + (bytes[at + 1] ?? 0) + checksumLength;
    return ((bytes[at + 2] ?? 0) & flagSigned) === 0 ? unsigned : unsigned + signatureBlockLength;
  }

  private hasUnsupportedFlag(at: number): boolean {
    return ((this.bytes[at + 2] ?? 0) & ~flagSigned) !== 0;
  }

  private idOfVersion2(at: number): number {
    return this.view.getUint16(at + 7, true) | ((this.bytes[at + 9] ?? 0) << 16);
  }

  private readVersion1(at: number, pass: Pass): number {
    const { bytes, counters, filled } = this;
    if (filled - at < headerLength1) return needsMore;
    const id = bytes[at + 5] ?? 0;
    const payloadLength = bytes[at + 1] ?? 0;
    const codec = codecById[id];
    // MAVLink 1 sends the base fields whole, so a wrong length shows before the frame has come.
    if (codec !== undefined && payloadLength !== codec.baseLength) {
      counters.badLength++;
      counters.junkBytes++;
      return 1;
    }
    const end = at + headerLength1 + payloadLength + checksumLength;
    return filled < end ? needsMore : this.take(id, 1, at, end, pass);
  }

  /** A frame that is here whole: checks it, and hands it out or refuses it. */
  private take(id: number, version: 1 | 2, at: number, end: number, pass: Pass): number {
    const { bytes } = this;
    const codec = codecById[id];
    if (codec === undefined) return this.refuse("unknownMessages", at, end, pass, id);
    const payloadAt = at + (version === 2 ? headerLength2 : headerLength1);
    const payloadLength = bytes[at + 1] ?? 0;
    const crcAt = payloadAt + payloadLength;
    if (!this.isIntact(codec, at, crcAt)) return this.refuse("badCrc", at, end, pass);

    const signed = end > crcAt + checksumLength;
    if (this.signing !== undefined && !this.isGenuine(this.signing, id, at, crcAt, signed, pass)) {
      this.counters.refusedBySigning++;
      return end - at;
    }
    const sourceAt = version === 2 ? at + 4 : at + 2;
    this.frames.push({
      message: this.decode(codec, payloadAt, payloadLength),
      systemId: bytes[sourceAt + 1] ?? 0,
      componentId: bytes[sourceAt + 2] ?? 0,
      sequence: bytes[sourceAt] ?? 0,
      version,
      signed,
    });
    this.counters.frames++;
    return end - at;
  }

  private isIntact(codec: Codec, at: number, crcAt: number): boolean {
    const crc = crcOfByte(crcOfBytes(crcStart, this.bytes, at + 1, crcAt), codec.crcExtra);
    return crc === this.view.getUint16(crcAt, true);
  }

  /** A payload longer than the table's has extensions younger than the table; they are passed over. */
  private decode(codec: Codec, payloadAt: number, payloadLength: number): MavlinkMessage {
    if (payloadLength >= codec.lengthMax) return codec.decode(this.view, payloadAt);
    const { bytes, payload } = this;
    for (let index = 0; index < payloadLength; index++) {
      payload[index] = bytes[payloadAt + index] ?? 0;
    }
    payload.fill(0, payloadLength, codec.lengthMax);
    return codec.decode(this.payloadView, 0);
  }

  private isGenuine(
    signing: SignatureVerifier,
    id: number,
    at: number,
    crcAt: number,
    signed: boolean,
    pass: Pass,
  ): boolean {
    if (!signed) return signing.judgeUnsigned(id) === "accepted";
    const place = { bytes: this.bytes, start: at, at: crcAt + checksumLength };
    return signing.judgeSigned(place, pass.nowMs) === "accepted";
  }

  /**
   * An unsupported flag refuses a frame whatever follows, so good frames need not wait for its end: one
   * that lies whole within what the head claims shows that the start byte was junk. One that ends behind
   * the claim does not count, for whether it is there in time depends on how the stream was cut.
   */
  private refuseFlags(at: number, end: number, pass: Pass): number {
    const { counters, filled } = this;
    const limit = Math.min(end, filled);
    for (let inside = at + 1; inside < limit; inside++) {
      if (!this.isGoodFrame(inside, limit)) continue;
      counters.junkBytes++;
      return 1;
    }
    return filled < end ? needsMore : this.refuse("unsupportedFlags", at, end, pass);
  }

  /** Whether a frame of a known message begins here, ends within the limit and is intact. */
  private isGoodFrame(at: number, limit: number): boolean {
    const { bytes } = this;
    const payloadLength = bytes[at + 1] ?? 0;
    if (bytes[at] === startOfVersion2) {
      // A frame that ends within the limit has its header within it, so all that is read here is there.
      if (this.endOfVersion2(at) > limit || this.hasUnsupportedFlag(at)) return false;
      const codec = codecById[this.idOfVersion2(at)];
      return codec !== undefined && this.isIntact(codec, at, at + headerLength2 + payloadLength);
    }
    const crcAt = at + headerLength1 + payloadLength;
    if (bytes[at] !== startOfVersion1 || crcAt + checksumLength > limit) return false;
    const codec = codecById[bytes[at + 5] ?? 0];
    return codec?.baseLength === payloadLength && this.isIntact(codec, at, crcAt);
  }

  /**
   * Passes over a frame whole when another starts right behind it (or the datagram ends there), for
   * then its length was true. Otherwise its start byte was junk, or bytes were lost within it, and a
   * good frame may begin inside. Whether a frame is refused so waits for the byte behind it, lest the
   * answer depend on how the stream was cut.
   */
  private refuse(kind: Refusal, at: number, end: number, pass: Pass, id?: number): number {
    const { bytes, counters, filled } = this;
    if (filled === end && !pass.isLast) return needsMore;
    const next = bytes[end];
    const isFramed = filled === end || next === startOfVersion2 || next === startOfVersion1;
    if (isFramed || kind === "badCrc") counters[kind]++;
    if (!isFramed) {
      counters.junkBytes++;
      return 1;
    }
    if (id !== undefined) this.countUnknown(id);
    return end - at;
  }

  private countUnknown(id: number): void {
    const count = this.unknownById.get(id);
    if (count === undefined && this.unknownById.size >= unknownIdsMax) return;
    this.unknownById.set(id, (count ?? 0) + 1);
  }
}

/** For UDP: frames never reach from one datagram into the next. */
export const createDatagramReader = (options: ReaderOptions = {}): FrameReader =>
  new FrameScanner(options, false);

/** For TCP and serial lines: frames may be cut anywhere, and junk may stand between them. */
export const createStreamReader = (options: ReaderOptions = {}): FrameReader =>
  new FrameScanner(options, true);

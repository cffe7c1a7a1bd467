import { assert, type EpochMs } from "@pista/kernel";
import { encodePayload, type MavlinkMessage, type Outgoing } from "./messages.generated.ts";
import { createSigningClock, type FrameSigning, writeSignature } from "./signing.ts";
import { crcOfByte, crcOfBytes, crcStart } from "./wire/crc.ts";
import { uint8 } from "./wire/field-values.ts";
import {
  checksumLength,
  flagSigned,
  frameLengthMax,
  headerLength2,
  signatureBlockLength,
  startOfVersion2,
} from "./wire/frame-format.ts";

/** A message as it is sent: extension fields may be left out. */
export type OutgoingMessage = Outgoing<MavlinkMessage>;

export type WriterOptions = {
  readonly systemId: number;
  readonly componentId: number;
  readonly signing?: FrameSigning;
  /** The sequence number of the first frame; 0 unless given. */
  readonly firstSequence?: number;
};

export interface FrameWriter {
  /**
   * One MAVLink 2 frame, in bytes of its own. A signing writer needs the time.
   * @throws BrokenInvariant when a value does not fit its field.
   */
  write(message: OutgoingMessage, nowMs?: EpochMs): Uint8Array;
}

/** Zeros at the payload's end are not sent, but its first byte always is (Serialization, "Empty-Byte Payload Truncation"). */
function truncatedLength(bytes: Uint8Array, payloadAt: number, lengthMax: number): number {
  let length = lengthMax;
  while (length > 1 && bytes[payloadAt + length - 1] === 0) length--;
  return length;
}

/** Writes frames of one component on one link; each writer counts its own sequence. */
export function createFrameWriter(options: WriterOptions): FrameWriter {
  const { systemId, componentId, signing, firstSequence = 0 } = options;
  const clock = signing?.clock ?? createSigningClock();
  const bytes = new Uint8Array(frameLengthMax);
  const view = new DataView(bytes.buffer);
  bytes[0] = startOfVersion2;
  bytes[2] = signing === undefined ? 0 : flagSigned;
  bytes[3] = 0;
  bytes[5] = uint8(systemId, "systemId");
  bytes[6] = uint8(componentId, "componentId");
  if (signing !== undefined) uint8(signing.linkId, "linkId");
  let sequence = uint8(firstSequence, "firstSequence");

  return {
    write(message, nowMs) {
      const codec = encodePayload(view, headerLength2, message);
      const length = truncatedLength(bytes, headerLength2, codec.lengthMax);
      bytes[1] = length;
      bytes[4] = sequence;
      view.setUint16(7, codec.id & 0xffff, true);
      bytes[9] = codec.id >>> 16;
      const crcAt = headerLength2 + length;
      const crc = crcOfByte(crcOfBytes(crcStart, bytes, 1, crcAt), codec.crcExtra);
      view.setUint16(crcAt, crc, true);
      let end = crcAt + checksumLength;
      if (signing !== undefined) {
        assert(
          nowMs !== undefined,
          "A signed frame carries the time, so writing it needs the time.",
        );
        const { key, linkId } = signing;
        const timestamp = clock.next(nowMs);
        writeSignature({ bytes, start: 0, at: end }, { key, linkId, timestamp });
        end += signatureBlockLength;
      }
      sequence = (sequence + 1) & 0xff;
      return bytes.slice(0, end);
    },
  };
}

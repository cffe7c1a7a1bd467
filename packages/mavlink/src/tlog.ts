import { type EpochMs, epochMs } from "@pista/kernel";
import {
  checksumLength,
  flagSigned,
  headerLength1,
  headerLength2,
  signatureBlockLength,
  startOfVersion1,
  startOfVersion2,
} from "./wire/frame-format.ts";

/** Microseconds since 1970, big-endian, as ground stations write them. */
const stampLength = 8;

export type TlogRecord = { readonly at: EpochMs; readonly frame: Uint8Array };

/** One frame as it stands in a telemetry log: the time, then the frame's own bytes. */
export function tlogRecord(frame: Uint8Array, at: EpochMs): Uint8Array {
  const record = new Uint8Array(stampLength + frame.length);
  new DataView(record.buffer).setBigUint64(0, BigInt(Math.round(at * 1_000)));
  record.set(frame, stampLength);
  return record;
}

/**
 * The records of a telemetry log, up to the first that is not whole: a log may end anywhere, when
 * its writer was killed. `restBytes` is what was left over, 0 where the log is whole.
 */
export function readTlog(log: Uint8Array): {
  readonly records: readonly TlogRecord[];
  readonly restBytes: number;
} {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const records: TlogRecord[] = [];
  let at = 0;
  while (at + stampLength < log.length) {
    const length = frameLength(log, at + stampLength);
    const end = at + stampLength + (length ?? 0);
    if (length === undefined || end > log.length) break;
    const atUs = Number(view.getBigUint64(at));
    records.push({ at: epochMs(atUs / 1_000), frame: log.slice(at + stampLength, end) });
    at = end;
  }
  return { records, restBytes: log.length - at };
}

export interface FrameSplitter {
  /** The frames that end in these bytes, each in bytes of its own. */
  split(bytes: Uint8Array): Uint8Array[];
}

/**
 * Cuts a link's bytes into frames by their headers alone, for logs: messages that the table lacks
 * belong into a log too. Checksums are left to whoever reads it.
 */
export function createFrameSplitter(): FrameSplitter {
  let rest = new Uint8Array();
  return {
    split(chunk) {
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const frames: Uint8Array[] = [];
      let at = 0;
      while (at < bytes.length) {
        const length = frameLength(bytes, at);
        if (length !== undefined && at + length > bytes.length) break;
        if (length !== undefined) frames.push(bytes.slice(at, at + length));
        at += length ?? 1;
      }
      rest = bytes.slice(at);
      return frames;
    },
  };
}

/** By its header; a header that is not all there yet counts as one byte more than there is. */
function frameLength(bytes: Uint8Array, at: number): number | undefined {
  const payloadLength = bytes[at + 1];
  switch (bytes[at]) {
    case startOfVersion1:
      return headerLength1 + (payloadLength ?? bytes.length) + checksumLength;
    case startOfVersion2: {
      const signature = ((bytes[at + 2] ?? 0) & flagSigned) === 0 ? 0 : signatureBlockLength;
      return headerLength2 + (payloadLength ?? bytes.length) + checksumLength + signature;
    }
    default:
      return undefined;
  }
}

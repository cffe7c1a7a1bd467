/**
 * CRC-16/MCRF4XX, which MAVLink calls X.25 (guide: Serialization, "Checksum"): polynomial 0x1021
 * reflected, started at 0xffff, without a final inversion.
 */
export const crcStart = 0xffff;

/** Slice 0 is the usual byte table; slice n is slice 0 followed by n zero bytes. */
function makeSlices(): readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array] {
  const first = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
    first[byte] = crc;
  }
  const next = (slice: Uint16Array): Uint16Array =>
    slice.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] ?? 0));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}

const [slice0, slice1, slice2, slice3] = makeSlices();

/** One more byte. */
export const crcOfByte = (crc: number, byte: number): number =>
  (crc >>> 8) ^ (slice0[(crc ^ byte) & 0xff] ?? 0);

/**
 * The bytes from `start` up to `end`. Four bytes a turn, because the plain loop waits for one table
 * entry per byte, and the checksum is half of what decoding costs.
 */
export function crcOfBytes(
  crcBefore: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let crc = crcBefore;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    crc =
      (slice3[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^
      (slice2[(crc >>> 8) ^ (bytes[at + 1] ?? 0)] ?? 0) ^
      (slice1[bytes[at + 2] ?? 0] ?? 0) ^
      (slice0[bytes[at + 3] ?? 0] ?? 0);
  }
  for (; at < end; at++) crc = crcOfByte(crc, bytes[at] ?? 0);
  return crc;
}

/** Characters of an identifier, which are ASCII by the definition's schema. */
export function crcOfAscii(crcBefore: number, text: string): number {
  let crc = crcBefore;
  for (let at = 0; at < text.length; at++) crc = crcOfByte(crc, text.charCodeAt(at));
  return crc;
}

import { expect, test } from "vitest";
import { crcOfAscii, crcOfByte, crcOfBytes, crcStart } from "./crc.ts";

test("[MV11] the checksum is CRC-16/MCRF4XX, whose check value is 0x6f91", () => {
  expect(crcOfAscii(crcStart, "123456789")).toBe(0x6f91);
});

test("[MV11] four bytes a turn give what one byte a turn gives, at every length and start", () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, index) => (index * 89 + 3) & 0xff);
  for (let start = 0; start < 8; start++) {
    for (let end = start; end <= bytes.length; end++) {
      const plain = bytes.subarray(start, end).reduce(crcOfByte, crcStart);
      expect(crcOfBytes(crcStart, bytes, start, end)).toBe(plain);
    }
  }
});

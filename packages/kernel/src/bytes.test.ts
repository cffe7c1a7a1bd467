import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64Url, fromHex, fromUtf8, toBase64Url, toHex, toUtf8 } from "./bytes.ts";

const anyBytes = fc.uint8Array({ maxLength: 80 });
/** Lone surrogates included: they have no UTF-8. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes)),
);

describe("base64url", () => {
  test("it is Node's", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  test.each([
    ["padding", "AA=="],
    ["the other alphabet", "+/+/"],
    ["one character too many", "AAAAA"],
    ["a space", "AA AA"],
    ["stray bits at its end", "AB"],
    ["stray bits at its end", "AAB"],
    ["a character beyond 16 bits", "AA🚁"],
  ])("%s is refused", (_, text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  test("there is one text for every bytes: what is read is written the same", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."AQgw-_=+/ 09"), maxLength: 12 }),
        (text) => {
          const bytes = fromBase64Url(text);
          if (bytes) expect(toBase64Url(bytes)).toBe(text);
        },
      ),
    );
  });
});

describe("hexadecimal", () => {
  test("it is Node's, and reads capitals too", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("hex"));
        expect(fromHex(text.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  test.each(["0", "0g", "0x", " 00", "00\n"])("%j is refused", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe("UTF-8", () => {
  test("it is TextEncoder's, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  test("it reads and refuses what a strict TextDecoder does", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const decoded = (bytes: Uint8Array): string | undefined => {
      try {
        return strict.decode(bytes);
      } catch {
        return undefined;
      }
    };
    // Lead and continuation bytes at the edges of what is allowed come often.
    const edges = [0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
    const byte = fc.oneof(fc.constantFrom(...edges, 0x90, 0x9f, 0xa0), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (list) => {
        const bytes = Uint8Array.from(list);
        expect(fromUtf8(bytes)).toBe(decoded(bytes));
      }),
      { numRuns: 3_000 },
    );
  });

  test("a text comes back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fromUtf8(toUtf8(text))).toBe(text);
      }),
    );
  });
});

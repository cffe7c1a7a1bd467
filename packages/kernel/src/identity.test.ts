import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "./assert.ts";
import { assetId, isId, randomIdText } from "./identity.ts";

describe("an id", () => {
  test.each(["a", "0", "drone-1", "5t-4", "a".repeat(63)])("%s is one", (text) => {
    expect(isId(text)).toBe(true);
    expect(assetId(text)).toBe(text);
  });

  test.each(["", "-a", "Drone", "a_b", "a/b", "a.b", "à", "a ", "a\n", "a".repeat(64)])(
    "%j is none, and making one of it is a mistake of ours",
    (text) => {
      expect(isId(text)).toBe(false);
      expect(() => assetId(text)).toThrow(BrokenInvariant);
    },
  );
});

describe("a random id", () => {
  const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

  test("says what it names and keeps all eighty bits", () => {
    fc.assert(
      fc.property(tenBytes, tenBytes, (a, b) => {
        const text = randomIdText("trial", a);
        expect(text).toMatch(/^trial-[0-9a-hjkmnp-tv-z]{16}$/);
        expect(isId(text)).toBe(true);
        expect(text === randomIdText("trial", b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  test("sorts as its bytes do", () => {
    fc.assert(
      fc.property(tenBytes, tenBytes, (a, b) => {
        const order = Buffer.compare(a, b);
        expect(randomIdText("x", a) < randomIdText("x", b)).toBe(order < 0);
      }),
    );
  });

  test("takes ten bytes, no fewer and no more", () => {
    expect(() => randomIdText("x", new Uint8Array(9))).toThrow(BrokenInvariant);
    expect(() => randomIdText("x", new Uint8Array(11))).toThrow(BrokenInvariant);
  });
});

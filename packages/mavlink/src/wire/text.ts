import { assert, fromUtf8, toUtf8 } from "@pista/kernel";

/**
 * Bytes that are not UTF-8 stand in a text as lone surrogates, U+DC80 for 0x80 to U+DCFF for 0xFF: a field
 * may end within a character of which the rest is in the next message, and nothing may be lost of it.
 */
const byteAsSurrogate = 0xdc00;

export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = fromUtf8(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(byteAsSurrogate + lead);
    at += character === undefined ? 1 : length;
  }
  return text;
}

export function bytesOfText(text: string): Uint8Array {
  const escaped = /[\udc80-\udcff]/u;
  if (!escaped.test(text)) return toUtf8(text);
  return Uint8Array.from(
    Array.from(text).flatMap((character) =>
      escaped.test(character) ? character.charCodeAt(0) - byteAsSurrogate : [...toUtf8(character)],
    ),
  );
}

/** For people and for storage: what is not text becomes U+FFFD. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** A `char` array: up to its first NUL or to its end (guide: Serialization, "Field types"). */
export function readText(view: DataView, start: number, length: number): string {
  let text = "";
  for (let at = start; at < start + length; at++) {
    const byte = view.getUint8(at);
    if (byte === 0) return text;
    if (byte >= 0x80) return readWideText(view, start, length);
    text += String.fromCharCode(byte);
  }
  return text;
}

function readWideText(view: DataView, start: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
  const end = bytes.indexOf(0);
  return textOfBytes(end < 0 ? bytes : bytes.subarray(0, end));
}

/**
 * Fills the array with the text and NULs. A text that does not fit is refused rather than cut: a
 * parameter's name cut short is another parameter's name.
 */
export function writeText(
  view: DataView,
  start: number,
  length: number,
  text: string,
  field: string,
): void {
  const bytes = bytesOfText(text);
  assert(bytes.length <= length, `${field} holds ${length} bytes of UTF-8, not ${bytes.length}.`);
  assert(!text.includes("\0"), `${field} ends at its first NUL, so it cannot contain one.`);
  for (let at = 0; at < length; at++) view.setUint8(start + at, bytes[at] ?? 0);
}

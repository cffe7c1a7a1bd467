import { assert, fromUtf8, toUtf8 } from "@pista/kernel";

/** Bytes that are not UTF-8, or a character cut at the field's end, become U+FFFD one by one. */
function decodeLossy(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = fromUtf8(Uint8Array.from(bytes.slice(at, at + length)));
    text += character ?? "\ufffd";
    at += character === undefined ? 1 : length;
  }
  return text;
}

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
  const bytes: number[] = [];
  for (let at = start; at < start + length; at++) {
    const byte = view.getUint8(at);
    if (byte === 0) break;
    bytes.push(byte);
  }
  return decodeLossy(bytes);
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
  const bytes = toUtf8(text);
  assert(bytes.length <= length, `${field} holds ${length} bytes of UTF-8, not ${bytes.length}.`);
  assert(!text.includes("\0"), `${field} ends at its first NUL, so it cannot contain one.`);
  for (let at = 0; at < length; at++) view.setUint8(start + at, bytes[at] ?? 0);
}

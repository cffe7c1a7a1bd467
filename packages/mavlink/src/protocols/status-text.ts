import { assert, toUtf8 } from "@pista/kernel";
import type { Outgoing, Statustext } from "../messages.generated.ts";

export const chunkLength = 50;
export const chunksMax = 256;

/** Cuts between characters. A chunk that is not the last is full, for a NUL would end the text. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let chunk = "";
  let used = 0;
  for (const character of text) {
    const { length } = toUtf8(character);
    if (used + length > chunkLength) {
      chunks.push(chunk + " ".repeat(chunkLength - used));
      chunk = "";
      used = 0;
    }
    chunk += character;
    used += length;
  }
  chunks.push(chunk);
  if (used === chunkLength && chunks.length > 1) chunks.push("");
  return chunks;
}

/**
 * A text of any length as STATUSTEXT messages: one when it fits, otherwise numbered chunks under
 * `id`, which is above zero and differs from the ids of the texts sent shortly before.
 */
export function statusTexts({
  severity,
  text,
  id,
}: {
  readonly severity: number;
  readonly text: string;
  readonly id: number;
}): Outgoing<Statustext>[] {
  const chunks = chunksOf(text.replaceAll("\0", " "));
  assert(chunks.length <= chunksMax, `A status text has at most ${chunksMax} chunks.`);
  assert(chunks.length === 1 || id > 0, "Chunks are put together by an id above zero.");
  return chunks.map((chunk, chunkSeq) => ({
    name: "STATUSTEXT",
    severity,
    text: chunk,
    id: chunks.length === 1 ? 0 : id,
    chunkSeq,
  }));
}

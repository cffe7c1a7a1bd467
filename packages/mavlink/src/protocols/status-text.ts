import { assert, toUtf8 } from "@pista/kernel";
import type { Outgoing, Statustext } from "../messages.generated.ts";
import { textOfBytes } from "../wire/text.ts";

export const chunkLength = 50;
export const chunksMax = 256;

/**
 * Cuts between bytes, as autopilots do: a chunk that is not the last is full, for a NUL would end the text,
 * and whatever else filled it up would be read as part of the text.
 */
function chunksOf(text: string): string[] {
  const bytes = toUtf8(text);
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkLength) {
    chunks.push(textOfBytes(bytes.subarray(at, at + chunkLength)));
  }
  const isLastFull = bytes.length > chunkLength && bytes.length % chunkLength === 0;
  return chunks.length === 0 || isLastFull ? [...chunks, ""] : chunks;
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

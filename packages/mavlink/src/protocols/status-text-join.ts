import type { MonotonicMs } from "@pista/kernel";
import { bytesOfText, textOfBytes, wellFormed } from "../wire/text.ts";
import { type ExchangeEvent, later } from "./exchange.ts";
import { chunkLength, chunksMax } from "./status-text.ts";

/** A text as its sender wrote it. */
export type WholeText = { readonly severity: number; readonly text: string };

type Begun = WholeText & {
  readonly systemId: number;
  readonly componentId: number;
  readonly id: number;
  readonly nextChunk: number;
  readonly dueAtMs: MonotonicMs;
};

/** Texts of which the end has not come yet. */
export type TextsBegun = readonly Begun[];

export type TextsStep = { readonly begun: TextsBegun; readonly texts: readonly WholeText[] };

/** Texts from more senders at once than this: the oldest goes. */
const begunMax = 16;
/** Chunks leave together; what does not follow by then is lost. */
const quietMs = 200;
/** A text whose last chunk fills its field may have lost what follows. */
const mayGoOn = " …";

/** The bytes of a character that was cut stand side by side now. */
const whole = (text: string): string => wellFormed(textOfBytes(bytesOfText(text)));

/**
 * Puts chunked texts together, per sender and id (STATUSTEXT, "id" and "chunk_seq"): a text with a gap
 * is dropped. PX4 ends a text that fills its last chunk with nothing at all, so that after a while
 * without another chunk it is handed out with an ellipsis. Tick it every now and then.
 */
export function joinTexts(begun: TextsBegun, event: ExchangeEvent, nowMs: MonotonicMs): TextsStep {
  const due = begun.filter(({ dueAtMs }) => nowMs >= dueAtMs);
  const ended = due.map(({ severity, text }) => ({ severity, text: whole(text) + mayGoOn }));
  const open = due.length === 0 ? begun : begun.filter((one) => !due.includes(one));
  if (event.kind === "tick" || event.frame.message.name !== "STATUSTEXT") {
    return { begun: open, texts: ended };
  }
  const { systemId, componentId, message } = event.frame;
  const { severity, text, id, chunkSeq } = message;
  if (id === 0) return { begun: open, texts: [...ended, { severity, text: whole(text) }] };
  const isSame = (one: Begun): boolean =>
    one.systemId === systemId && one.componentId === componentId && one.id === id;
  const before = open.find(isSame);
  const others = open.filter((one) => !isSame(one));
  if (chunkSeq !== (chunkSeq === 0 ? 0 : before?.nextChunk)) return { begun: others, texts: ended };
  const joined = chunkSeq === 0 ? text : (before?.text ?? "") + text;
  // Any NUL ends the text, so only a chunk that fills its field is followed by another.
  if (bytesOfText(text).length < chunkLength || chunkSeq === chunksMax - 1) {
    return { begun: others, texts: [...ended, { severity, text: whole(joined) }] };
  }
  const nextChunk = chunkSeq + 1;
  const dueAtMs = later(nowMs, quietMs);
  const next = { systemId, componentId, id, severity, text: joined, nextChunk, dueAtMs };
  return { begun: [...others, next].slice(-begunMax), texts: ended };
}

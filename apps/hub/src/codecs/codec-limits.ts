/** [IN7] What a vendor's code may cost. */
export type CodecLimits = {
  /** Wall time of one payload, and of reading the source. */
  readonly decodeMs: number;
  /** For our own part of the start, before any of the vendor's code runs. */
  readonly startMs: number;
  /** Payloads that wait for one codec; with as many, whoever feeds it stops reading (IN5). */
  readonly queueMax: number;
  /** Each may take 32 MB and more; the longest idle gives way, and who finds none waits. */
  readonly threadsMax: number;
  /** So long a codec keeps its thread while others wait for one. */
  readonly turnMs: number;
  /** So many kills within the window, and the codec is refused for a while. */
  readonly killsMax: number;
  /** So many kills of one owner's codecs within the window, and it has one thread at a time. */
  readonly ownerKillsMax: number;
  readonly killWindowMs: number;
  readonly refusedMs: number;
};

export const codecLimits: CodecLimits = {
  decodeMs: 100,
  startMs: 20_000,
  queueMax: 1_000,
  threadsMax: 12,
  turnMs: 1_000,
  killsMax: 3,
  ownerKillsMax: 6,
  killWindowMs: 60_000,
  refusedMs: 300_000,
};

/** [IN7] What a vendor's code may cost. */
export type CodecLimits = {
  /** Wall time of one payload, and of reading the source. */
  readonly decodeMs: number;
  /** For our own part of the start, before any of the vendor's code runs. */
  readonly startMs: number;
  /** Payloads that wait for one codec; the next is quarantined with its bytes. */
  readonly queueMax: number;
  /** Each may take 32 MB and more; the longest idle gives way, and who finds none is told "busy". */
  readonly threadsMax: number;
  /** So many kills within the window, and the codec is refused for a while. */
  readonly killsMax: number;
  readonly killWindowMs: number;
  readonly refusedMs: number;
};

export const codecLimits: CodecLimits = {
  decodeMs: 100,
  startMs: 20_000,
  queueMax: 1_000,
  threadsMax: 12,
  killsMax: 3,
  killWindowMs: 60_000,
  refusedMs: 300_000,
};

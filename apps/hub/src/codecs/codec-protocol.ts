/** What a codec is given, in JSON's own values (LoRaWAN Payload Codec API, TS013, section 3.1). */
export type CodecInput = {
  readonly bytes: readonly number[];
  readonly fPort: number;
  readonly recvTimeMs: number;
};

/** To the codec's thread: is it there, then its source, then one payload after another. */
export type CodecRequest =
  | { readonly kind: "open" }
  | { readonly kind: "load"; readonly source: string }
  | { readonly kind: "decode"; readonly input: CodecInput };

/** From the codec's thread: one answer to each request. */
export type CodecReply =
  | { readonly kind: "ready" }
  | { readonly kind: "loaded" }
  /** What decodeUplink returned, as JSON text of bounded length. */
  | { readonly kind: "returned"; readonly json: string }
  /** The codec failed at this payload and may succeed at the next. */
  | { readonly kind: "failed"; readonly cause: CodecFailure; readonly detail: string }
  /** Out of memory or of stack, or the engine itself fell: what is left of it is not trusted. */
  | { readonly kind: "broken"; readonly detail: string };

export type CodecFailure = "threw" | "no-decode-uplink" | "bad-output" | "output-too-large";

/** A bay's measurements take a hundredth of this. */
export const outputCharactersMax = 16_384;

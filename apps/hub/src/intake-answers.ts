/** What became of one message of a device. */
export type IntakeAnswer =
  | { readonly kind: "stored" }
  /** [IN6] Not readable: kept with its bytes, so it is acknowledged and never sent again. */
  | { readonly kind: "quarantined"; readonly detail: string }
  | { readonly kind: "not-permitted"; readonly detail: string };

/** The network servers that are understood, by the word in their hook's address. */
export type NetworkServer = "tts" | "chirpstack";

/** What became of what a network server sent. */
export type UplinkAnswer =
  | IntakeAnswer
  /** A join, a status, a frame without data: it is not ours to keep. */
  | { readonly kind: "ignored" }
  /** [IN5] Its device has spent its budget: nothing was kept. */
  | { readonly kind: "over-budget"; readonly detail: string; readonly debtMs: number }
  /** [IN5] Its codec, or the store, has too much to do: nothing was kept. */
  | { readonly kind: "busy"; readonly detail: string };

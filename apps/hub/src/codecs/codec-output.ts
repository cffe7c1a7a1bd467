import { fail, ok, type Result } from "@pista/kernel";
import { type CodecFault, failureFault } from "./codec-fault.ts";

/** What a codec made of a payload; whoever maps it finds its way in it. */
export type DecodedPayload = { readonly data: object; readonly warnings: readonly string[] };

const textsMax = 20;
const textCharactersMax = 200;

/** TS013, section 3.1.2: `data`, or `errors` that say why there is none. */
export function readCodecOutput(json: string): Result<DecodedPayload, CodecFault> {
  const output: unknown = JSON.parse(json); // The engine's own JSON.stringify wrote it.
  if (typeof output !== "object" || output === null) return fail(failureFault("bad-output", ""));
  const errors = textsOf(output, "errors");
  if (errors.length > 0) return fail({ kind: "codec-errors", detail: errors.join("; ") });
  const data: unknown = Object.getOwnPropertyDescriptor(output, "data")?.value;
  if (typeof data !== "object" || data === null) return fail(failureFault("bad-output", ""));
  return ok({ data, warnings: textsOf(output, "warnings") });
}

function textsOf(output: object, name: string): readonly string[] {
  const texts: unknown = Object.getOwnPropertyDescriptor(output, name)?.value;
  if (!Array.isArray(texts)) return [];
  return texts.slice(0, textsMax).map((text: unknown) => String(text).slice(0, textCharactersMax));
}

import type { CodecFailure } from "./codec-protocol.ts";

/** Why a payload was not decoded: each is the codec's own doing, none the hub's. Codes go to the quarantine and never change once released. */
export type CodecFault = {
  readonly kind:
    | `codec-${CodecFailure}`
    /** The codec itself says that it cannot read this payload. */
    | "codec-errors"
    /** It took longer than it may and was killed. */
    | "codec-killed"
    /** It ran out of memory or stack, or took its engine down. */
    | "codec-broken"
    /** It was killed too often of late. */
    | "codec-refused";
  readonly detail: string;
};

const said: Record<CodecFailure, string> = {
  threw: "the codec threw",
  "no-decode-uplink": "the codec has no function decodeUplink",
  "bad-output": "decodeUplink returned no object with data",
  "output-too-large": "decodeUplink returned more than a codec may",
};

export const failureFault = (cause: CodecFailure, detail: string): CodecFault => ({
  kind: `codec-${cause}`,
  detail: detail === "" ? said[cause] : `${said[cause]}: ${detail}`,
});

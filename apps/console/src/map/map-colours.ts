import type { Scheme } from "../theme/scheme-store.ts";
import { type Tokens, tokens } from "../theme/tokens.ts";

export type MapColours = Tokens & { readonly scheme: Scheme };

export const mapColours = (scheme: Scheme): MapColours => ({ ...tokens[scheme], scheme });

import type { Role, Subject } from "@pista/programme";

/** Whoever sent a request, as far as the hub could tell. */
export type Asker = {
  readonly subject: Subject;
  /** The sign-in's or key's token, hashed; undefined for a visitor or the operator. */
  readonly tokenHash: Uint8Array | undefined;
  /** A browser's cookie: what changes something must then come from our own pages. */
  readonly byCookie: boolean;
  readonly person:
    | {
        readonly personId: string;
        readonly organisationId: string;
        readonly organisationName: string;
        readonly email: string;
        readonly name: string;
        readonly roles: readonly Role[];
        readonly createdAtMs: number;
      }
    | undefined;
};

export const visitor: Asker = {
  subject: { kind: "anyone" },
  tokenHash: undefined,
  byCookie: false,
  person: undefined,
};

/** What a request shows of its sender. */
export type Credentials = {
  readonly cookieToken: string | undefined;
  readonly bearerToken: string | undefined;
};

export const cookieName = "pista_sign_in";

import type { LocalAct } from "@pista/flight";

/** Where the local page is served, and the files by which browsers know it. */
export type LocalPageSettings = {
  readonly host: string;
  readonly port: number;
  readonly certificateFile: string;
  readonly keyFile: string;
};

/** What pilotage and the local page's process say to one another (LG10). */
export type ToLocalPage =
  | { readonly kind: "start"; readonly settings: LocalPageSettings }
  /** What to show, as it was after it was asked for. */
  | { readonly kind: "state"; readonly state: object }
  | { readonly kind: "end" };

export type FromLocalPage =
  | { readonly kind: "listening"; readonly url: string; readonly fingerprint: string }
  | { readonly kind: "failed"; readonly cause: string }
  /** Five times a second, and not again before the answer; without it the process is taken for dead. */
  | { readonly kind: "ask" }
  /** Somebody who is paired pressed a button. */
  | { readonly kind: "act"; readonly act: LocalAct };

/** The process speaks with strangers, so pilotage believes nothing it says unseen. */
export function parseFromLocalPage(value: unknown): FromLocalPage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, url, fingerprint, cause, act }: Record<string, unknown> = { ...value };
  switch (kind) {
    case "ask":
      return { kind };
    case "act":
      return act === "stop" || act === "land" ? { kind, act } : undefined;
    case "listening":
      return isText(url) && isText(fingerprint) ? { kind, url, fingerprint } : undefined;
    case "failed":
      return isText(cause) ? { kind, cause } : undefined;
    default:
      return undefined;
  }
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= 1_000;

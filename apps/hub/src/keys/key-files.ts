import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HubError } from "../errors.ts";
import { LeaseKey, leaseKeyForm } from "./lease-key.ts";

/** [Authority] Lease, evidence and cookie keys are files of their own, 0600, outside the database. */
export type HubKeys = {
  /** Ed25519: its secret signs leases. */
  readonly leaseKey: LeaseKey;
  /** HMAC key for the tokens of sign-ins, API keys, device keys and enrolment codes. */
  readonly cookieKey: Uint8Array;
};

const keyBytes = 32;

/** What a key's loss makes void, for whoever must decide to draw it anew. */
const lossOf = {
  "lease.key": "gateways have pinned it and must each be announced and enrolled anew",
  "cookie.key":
    "everybody must sign in again, and every API key, device key and hook secret is void",
} as const;

type KeyFileName = keyof typeof lossOf;

/**
 * Reads the keys of a data directory. Those that are not there are drawn where nothing can rely on
 * them yet: a key that was lost and silently drawn anew would lock every device out.
 */
export async function openKeyFiles(
  dataDirectory: string,
  { mayDraw }: { readonly mayDraw: boolean },
): Promise<HubKeys> {
  const pathOf = (name: KeyFileName): string => join(dataDirectory, name);
  const read = (name: KeyFileName, form: RegExp) => readKeyFile(pathOf(name), name, form, mayDraw);
  const leaseKeyText = await read("lease.key", leaseKeyForm);
  const cookieKeyText = await read("cookie.key", /^[0-9a-f]{64}\n$/);
  return {
    leaseKey: await LeaseKey.open(pathOf("lease.key"), leaseKeyText),
    cookieKey: Buffer.from(cookieKeyText.trim(), "hex"),
  };
}

async function readKeyFile(
  path: string,
  name: KeyFileName,
  form: RegExp,
  mayDraw: boolean,
): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (!isMissing(cause)) throw new HubError("HUB_KEY_FILE", `${path} cannot be read.`, { cause });
    if (!mayDraw) {
      throw new HubError(
        "HUB_KEY_FILE",
        `${path} is missing, although the store has been used with it. Put it back from a backup. If it is lost for good, pista serve --new-keys draws another; then ${lossOf[name]}.`,
        { cause },
      );
    }
    try {
      createKeyFile(path);
    } catch (fault) {
      throw new HubError("HUB_KEY_FILE", `${path} cannot be written.`, { cause: fault });
    }
    text = await readFile(path, "utf8");
  }
  if (!form.test(text)) {
    throw new HubError(
      "HUB_KEY_FILE",
      `${path} is not a key: 64 hexadecimal digits, and under a lease key its rotations. Put its backup back; with a new key every lease, sign-in and device key made with the old one is void.`,
    );
  }
  chmodSync(path, 0o600);
  return text;
}

/** Written whole and synced under another name first: half a key must never be met. */
function createKeyFile(path: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.new`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `${randomBytes(keyBytes).toString("hex")}\n`);
    fsyncSync(file);
    // A link does not replace what another process may have put there meanwhile; a rename would.
    linkSync(draft, path);
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
  // What is stored under this key is durable, so the key's name in its directory must be too.
  const directory = openSync(dirname(path), "r");
  fsyncSync(directory);
  closeSync(directory);
}

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT";

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

/** [Authority] Lease, evidence and cookie keys are files of their own, 0600, outside the database. */
export type HubKeys = {
  /** Ed25519 secret that signs leases. */
  readonly leaseKey: Uint8Array;
  /** HMAC key for the tokens of sign-ins, API keys, device keys and enrolment codes. */
  readonly cookieKey: Uint8Array;
};

const keyBytes = 32;

/** Reads the keys of a data directory and draws those that are not there yet. */
export async function openKeyFiles(dataDirectory: string): Promise<HubKeys> {
  return {
    leaseKey: await openKeyFile(join(dataDirectory, "lease.key")),
    cookieKey: await openKeyFile(join(dataDirectory, "cookie.key")),
  };
}

async function openKeyFile(path: string): Promise<Uint8Array> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (!isMissing(cause)) throw new HubError("HUB_KEY_FILE", `${path} cannot be read.`, { cause });
    try {
      createKeyFile(path);
    } catch (fault) {
      throw new HubError("HUB_KEY_FILE", `${path} cannot be written.`, { cause: fault });
    }
    text = await readFile(path, "utf8");
  }
  if (!/^[0-9a-f]{64}\n$/.test(text)) {
    throw new HubError(
      "HUB_KEY_FILE",
      `${path} is not a key of 64 hexadecimal digits. Put its backup back; with a new key every lease, sign-in and device key made with the old one is void.`,
    );
  }
  chmodSync(path, 0o600);
  return Buffer.from(text.trim(), "hex");
}

/** Written whole and synced under another name first: half a key must never be met. */
function createKeyFile(path: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.new`;
  const file = openSync(draft, "wx", 0o600);
  writeSync(file, `${randomBytes(keyBytes).toString("hex")}\n`);
  fsyncSync(file);
  closeSync(file);
  // A link does not replace what another process may have put there meanwhile; a rename would.
  linkSync(draft, path);
  unlinkSync(draft);
  // What is stored under this key is durable, so the key's name in its directory must be too.
  const directory = openSync(dirname(path), "r");
  fsyncSync(directory);
  closeSync(directory);
}

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT";

import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { fromBase64Url, toHex, toUtf8 } from "@pista/kernel";
import { readIfThere, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

/** [AU8] The gateway's own key: it never leaves this machine. */
export interface GatewayKey {
  /** Ed25519, hexadecimal. */
  readonly publicKeyHex: string;
  /** Ed25519 over the text's UTF-8, hexadecimal. */
  sign(text: string): string;
}

/**
 * Opens the key in `gateway-key.pem`, or makes it.
 * @throws GatewayError KEY_FILE_UNREADABLE, DATA_FILE_UNREADABLE, DATA_FILE_UNWRITABLE
 */
export async function openGatewayKey(directory: string): Promise<GatewayKey> {
  const path = join(directory, "gateway-key.pem");
  const pem = await readIfThere(path);
  if (pem !== undefined) return asGatewayKey(parseKey(path, pem));
  const { privateKey } = generateKeyPairSync("ed25519");
  await writeDurably(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return asGatewayKey(privateKey);
}

function parseKey(path: string, pem: string): KeyObject {
  let cause: unknown;
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    cause = error;
  }
  throw new GatewayError("KEY_FILE_UNREADABLE", `${path} holds no Ed25519 key.`, { cause });
}

function asGatewayKey(privateKey: KeyObject): GatewayKey {
  // RFC 8037, section 2: "x" is the public key.
  const { x } = privateKey.export({ format: "jwk" });
  const publicKey = fromBase64Url(x ?? "");
  if (publicKey?.length !== 32) {
    throw new GatewayError("KEY_FILE_UNREADABLE", "The gateway's key has no public half.");
  }
  return {
    publicKeyHex: toHex(publicKey),
    sign: (text) => toHex(sign(null, toUtf8(text), privateKey)),
  };
}

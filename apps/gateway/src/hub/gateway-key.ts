import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { type FromGateway, keyRotationText, linkProofText } from "@pista/contracts";
import type { GatewayId } from "@pista/flight";
import { fromBase64Url, toHex, toUtf8 } from "@pista/kernel";
import { readIfThere, renameDurably, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

type Proof = Extract<FromGateway, { op: "proof" | "rotate-key" }>;

/** [AU8] The gateway's own key: it never leaves this machine. */
export interface GatewayKey {
  /** Ed25519, hexadecimal: what the hub is shown at enrolment. */
  readonly publicKeyHex: string;
  /** Answers the hub's challenge; while another key waits to be pinned, with both. */
  prove(gatewayId: GatewayId, challenge: string): Proof;
  /**
   * The hub has accepted the proof. A key that was in it is pinned there, and alone from here on.
   * @returns whether there was one.
   * @throws GatewayError DATA_FILE_UNWRITABLE; then both stay, and are shown again.
   */
  accepted(): Promise<boolean>;
}

type Keys = { readonly current: Ed25519Key; readonly next: Ed25519Key | undefined };
type Ed25519Key = { readonly publicKeyHex: string; sign(text: string): string };

const pathOf = (directory: string): string => join(directory, "gateway-key.pem");
const nextPathOf = (directory: string): string => join(directory, "gateway-key-next.pem");

/**
 * Opens the key in `gateway-key.pem`, or makes it, and the one that is to take its place.
 * @throws GatewayError KEY_FILE_UNREADABLE, DATA_FILE_UNREADABLE, DATA_FILE_UNWRITABLE
 */
export async function openGatewayKey(directory: string): Promise<GatewayKey> {
  const current = (await readKey(pathOf(directory))) ?? (await drawKey(pathOf(directory)));
  let keys: Keys = { current, next: await readKey(nextPathOf(directory)) };
  return {
    publicKeyHex: current.publicKeyHex,
    prove: (gatewayId, challenge) => prove(keys, gatewayId, challenge),
    async accepted() {
      if (!keys.next) return false;
      await renameDurably(nextPathOf(directory), pathOf(directory));
      keys = { current: keys.next, next: undefined };
      return true;
    },
  };
}

/**
 * [AU8] Draws the key that a gateway shows its hub from its next start on. One that waits already is
 * left as it is: the hub may have pinned it, and its answer be lost.
 * @throws GatewayError GATEWAY_KEY_MISSING, KEY_FILE_UNREADABLE, DATA_FILE_UNREADABLE, DATA_FILE_UNWRITABLE
 */
export async function drawNextKey(directory: string): Promise<{ readonly publicKeyHex: string }> {
  if (!(await readKey(pathOf(directory)))) {
    const message = `There is no gateway's key in ${directory}: there is nothing to rotate.`;
    throw new GatewayError("GATEWAY_KEY_MISSING", message);
  }
  return (await readKey(nextPathOf(directory))) ?? (await drawKey(nextPathOf(directory)));
}

function prove({ current, next }: Keys, gatewayId: GatewayId, challenge: string): Proof {
  if (!next) return { op: "proof", signature: current.sign(linkProofText(gatewayId, challenge)) };
  const { publicKeyHex: publicKey } = next;
  const text = keyRotationText(gatewayId, challenge, publicKey);
  const signatures = { oldSignature: current.sign(text), newSignature: next.sign(text) };
  return { op: "rotate-key", publicKey, ...signatures };
}

async function drawKey(path: string): Promise<Ed25519Key> {
  const { privateKey } = generateKeyPairSync("ed25519");
  await writeDurably(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return asEd25519Key(privateKey);
}

async function readKey(path: string): Promise<Ed25519Key | undefined> {
  const pem = await readIfThere(path);
  if (pem === undefined) return undefined;
  let cause: unknown;
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return asEd25519Key(key);
  } catch (error) {
    cause = error;
  }
  throw new GatewayError("KEY_FILE_UNREADABLE", `${path} holds no Ed25519 key.`, { cause });
}

function asEd25519Key(privateKey: KeyObject): Ed25519Key {
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

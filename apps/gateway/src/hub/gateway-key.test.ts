import { createPublicKey, verify } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyRotationText, linkProofText } from "@pista/contracts";
import { gatewayId } from "@pista/flight";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drawNextKey, openGatewayKey } from "./gateway-key.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-gateway-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const id = gatewayId("gateway-one");
const isSigned = (text: string, signatureHex: string, publicKeyHex: string): boolean => {
  const x = Buffer.from(publicKeyHex, "hex").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, Buffer.from(text), key, Buffer.from(signatureHex, "hex"));
};

describe("[AU8] [GL7] a gateway's own key", () => {
  test("proves itself alone, until another is drawn and the gateway begins anew", async () => {
    const key = await openGatewayKey(directory);
    await drawNextKey(directory);
    const proof = key.prove(id, "c");
    if (proof.op !== "proof") throw new Error(proof.op);
    expect(isSigned(linkProofText(id, "c"), proof.signature, key.publicKeyHex)).toBe(true);
    expect(await key.accepted()).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(["gateway-key-next.pem", "gateway-key.pem"]);
  });

  test("is shown with the other one, each signing for this gateway and this connection", async () => {
    const { publicKeyHex: old } = await openGatewayKey(directory);
    const { publicKeyHex: next } = await drawNextKey(directory);
    const shown = (await openGatewayKey(directory)).prove(id, "c");
    if (shown.op !== "rotate-key") throw new Error(shown.op);
    expect(shown.publicKey).toBe(next);
    expect(isSigned(keyRotationText(id, "c", next), shown.oldSignature, old)).toBe(true);
    expect(isSigned(keyRotationText(id, "c", next), shown.newSignature, next)).toBe(true);
    expect(statSync(join(directory, "gateway-key-next.pem")).mode & 0o777).toBe(0o600);
  });

  test("gives way to the other one when the hub has accepted it, and is gone", async () => {
    await openGatewayKey(directory);
    const { publicKeyHex: next } = await drawNextKey(directory);
    const key = await openGatewayKey(directory);
    expect(await key.accepted()).toBe(true);
    expect(key.prove(id, "c").op).toBe("proof");
    expect(readdirSync(directory)).toEqual(["gateway-key.pem"]);
    expect((await openGatewayKey(directory)).publicKeyHex).toBe(next);
  });

  test("while one waits no other is drawn: the hub may have pinned it", async () => {
    await openGatewayKey(directory);
    const first = await drawNextKey(directory);
    expect((await drawNextKey(directory)).publicKeyHex).toBe(first.publicKeyHex);
  });

  test("a gateway that was never enrolled has nothing to rotate, and a damaged key is told", async () => {
    await expect(drawNextKey(directory)).rejects.toMatchObject({ code: "GATEWAY_KEY_MISSING" });
    await openGatewayKey(directory);
    writeFileSync(join(directory, "gateway-key-next.pem"), "half");
    await expect(openGatewayKey(directory)).rejects.toMatchObject({ code: "KEY_FILE_UNREADABLE" });
  });

  test("killed between the rename and its sync, both are there and are shown again", async () => {
    const { publicKeyHex: old } = await openGatewayKey(directory);
    const { publicKeyHex: next } = await drawNextKey(directory);
    copyFileSync(join(directory, "gateway-key.pem"), join(directory, "kept"));
    copyFileSync(join(directory, "gateway-key-next.pem"), join(directory, "kept-next"));
    await (await openGatewayKey(directory)).accepted();
    // As after a power cut that the rename did not outlive.
    copyFileSync(join(directory, "kept"), join(directory, "gateway-key.pem"));
    copyFileSync(join(directory, "kept-next"), join(directory, "gateway-key-next.pem"));
    const key = await openGatewayKey(directory);
    expect([key.publicKeyHex, key.prove(id, "c")]).toMatchObject([old, { publicKey: next }]);
  });
});

import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { gatewayLinkPath, gatewayLinkVersion, linkProofText } from "@pista/contracts";
import { type JsonSocket, openJsonSocket } from "./json-socket.ts";
import type { TestHub } from "./test-hub.ts";

/** A gateway that has its own key and says what the test wants. */
export type TestGateway = {
  readonly gatewayId: string;
  /** What it says it has pinned; tests follow rotations, or do not. */
  leasePublicKey: Uint8Array;
  /** What it says it has seen of leases (AU1). */
  highestEpoch: number;
  /** Its own; tests replace it when the hub has pinned another. */
  privateKey: KeyObject;
  /** Says hello and proves itself; the next message is the hub's first word after that. */
  connect(on?: TestHub): Promise<JsonSocket>;
  /** The connection right after hello, with the challenge and its proof. */
  challenge(): Promise<{ socket: JsonSocket; challenge: string; proof: string }>;
};

export const newGatewayKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { privateKey, publicKeyHex: Buffer.from(x, "base64url").toString("hex") };
};

export const signHex = (text: string, privateKey: KeyObject): string =>
  sign(null, Buffer.from(text), privateKey).toString("hex");

export const announceGateway = (hub: TestHub, assetId = "demo-drone") =>
  hub.operator.send("POST", "/v1/gateways", { body: { assetId } });

export async function enrolTestGateway(hub: TestHub, assetId?: string): Promise<TestGateway> {
  const { privateKey, publicKeyHex: publicKey } = newGatewayKey();
  const { code } = (await announceGateway(hub, assetId)).json;
  const enrolled = await hub.visitor.send("POST", "/v1/gateways/enrol", {
    body: { code, publicKey },
  });
  const { gatewayId } = enrolled.json;
  const challenge = async (on: TestHub) => {
    const socket = await openJsonSocket(`${on.url.replace("http", "ws")}${gatewayLinkPath}`);
    const leasePublicKey = Buffer.from(gateway.leasePublicKey).toString("hex");
    const { highestEpoch } = gateway;
    const said = { gatewayId, leasePublicKey, highestEpoch };
    socket.send({ op: "hello", version: gatewayLinkVersion, ...said });
    const { challenge } = await socket.next();
    const proof = signHex(linkProofText(gatewayId, challenge), gateway.privateKey);
    return { socket, challenge, proof };
  };
  const gateway: TestGateway = {
    gatewayId,
    leasePublicKey: Buffer.from(enrolled.json.leasePublicKey, "hex"),
    highestEpoch: 0,
    privateKey,
    challenge: () => challenge(hub),
    async connect(on = hub) {
      const { socket, proof } = await challenge(on);
      socket.send({ op: "proof", signature: proof });
      const { op } = await socket.next();
      if (op !== "welcome") throw new Error(`The hub said ${op} in place of welcome.`);
      return socket;
    },
  };
  return gateway;
}

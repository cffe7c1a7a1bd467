import { generateKeyPairSync, sign } from "node:crypto";
import { gatewayLinkPath, gatewayLinkVersion, linkProofText } from "@pista/contracts";
import { type JsonSocket, openJsonSocket } from "./json-socket.ts";
import type { TestHub } from "./test-hub.ts";

/** A gateway that has its own key and says what the test wants. */
export type TestGateway = {
  readonly gatewayId: string;
  readonly leasePublicKey: Uint8Array;
  /** Says hello and proves itself; the next message is the hub's first word after that. */
  connect(on?: TestHub): Promise<JsonSocket>;
  /** The connection right after hello, with what was to be signed. */
  challenge(): Promise<{ socket: JsonSocket; proof: string }>;
};

export const newGatewayKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { privateKey, publicKeyHex: Buffer.from(x, "base64url").toString("hex") };
};

export const announceGateway = (hub: TestHub, assetId = "demo-drone") =>
  hub.operator.send("POST", "/v1/gateways", { body: { assetId } });

export async function enrolTestGateway(hub: TestHub, assetId?: string): Promise<TestGateway> {
  const { privateKey, publicKeyHex: publicKey } = newGatewayKey();
  const { code } = (await announceGateway(hub, assetId)).json;
  const enrolled = await hub.visitor.send("POST", "/v1/gateways/enrol", {
    body: { code, publicKey },
  });
  const { gatewayId, leasePublicKey } = enrolled.json;
  const challenge = async (on: TestHub) => {
    const socket = await openJsonSocket(`${on.url.replace("http", "ws")}${gatewayLinkPath}`);
    socket.send({ op: "hello", version: gatewayLinkVersion, gatewayId });
    const text = linkProofText(gatewayId, (await socket.next()).challenge);
    return { socket, proof: sign(null, Buffer.from(text), privateKey).toString("hex") };
  };
  return {
    gatewayId,
    leasePublicKey: Buffer.from(leasePublicKey, "hex"),
    challenge: () => challenge(hub),
    async connect(on = hub) {
      const { socket, proof } = await challenge(on);
      socket.send({ op: "proof", signature: proof });
      const { op } = await socket.next();
      if (op !== "welcome") throw new Error(`The hub said ${op} in place of welcome.`);
      return socket;
    },
  };
}

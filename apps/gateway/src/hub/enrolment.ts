import { join } from "node:path";
import { ApiRefusal, call, enrolGateway } from "@pista/contracts";
import { type GatewayId, gatewayId, type PinnedLeaseKey } from "@pista/flight";
import { type AssetId, assetId, fromHex, toHex } from "@pista/kernel";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { parseJson, readIfThere, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

/** [AU8] What the gateway pins when it enrols, and believes from then on. */
export type Enrolment = {
  readonly gatewayId: GatewayId;
  readonly assetId: AssetId;
  /** Ed25519: whoever holds its secret may let a pilot fly. */
  readonly leaseKey: PinnedLeaseKey;
};

/** What the hub answered, and from the first rotation on that one's serial. */
const enrolled = Compile(
  Type.Object(
    {
      ...enrolGateway.ok.properties,
      leaseKeySerial: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    { additionalProperties: false },
  ),
);
const answerMsMax = 10_000;
const answerLengthMax = 65_536;

const pathIn = (directory: string): string => join(directory, "enrolment.json");

/**
 * The enrolment kept in `enrolment.json`, or undefined before the first.
 * @throws GatewayError ENROLMENT_FILE_UNREADABLE
 */
export async function readEnrolment(directory: string): Promise<Enrolment | undefined> {
  const text = await readIfThere(pathIn(directory));
  if (text === undefined) return undefined;
  const enrolment = parseEnrolment(parseJson(text));
  if (enrolment) return enrolment;
  throw new GatewayError(
    "ENROLMENT_FILE_UNREADABLE",
    `${pathIn(directory)} is damaged. Put back a copy, or enrol anew in an empty directory.`,
  );
}

function parseEnrolment(value: unknown): Enrolment | undefined {
  if (!enrolled.Check(value)) return undefined;
  const publicKey = fromHex(value.leasePublicKey);
  if (!publicKey) return undefined;
  return {
    gatewayId: gatewayId(value.gatewayId),
    assetId: assetId(value.assetId),
    leaseKey: { publicKey, serial: value.leaseKeySerial ?? 0 },
  };
}

/**
 * [AU8] The lease key that is believed from here on, and over a restart.
 * @throws GatewayError DATA_FILE_UNWRITABLE
 */
export function storeEnrolment(directory: string, enrolment: Enrolment): Promise<void> {
  const { gatewayId, assetId, leaseKey } = enrolment;
  const content = {
    ...{ gatewayId, assetId, leasePublicKey: toHex(leaseKey.publicKey) },
    leaseKeySerial: leaseKey.serial,
  };
  return writeDurably(pathIn(directory), `${JSON.stringify(content)}\n`);
}

/**
 * [AU8] Shows the hub the one-time code and the gateway's own public key, and pins what it answers.
 * @throws GatewayError ENROLMENT_REFUSED, ENROLMENT_UNANSWERED, DATA_FILE_UNWRITABLE
 */
export async function enrol(options: {
  readonly directory: string;
  readonly hubUrl: URL;
  readonly code: string;
  readonly publicKeyHex: string;
}): Promise<Enrolment> {
  const { directory, hubUrl, code, publicKeyHex } = options;
  const answer: unknown = await ask(hubUrl, { code, publicKey: publicKeyHex });
  const enrolment = parseEnrolment(answer);
  if (!enrolment) {
    throw new GatewayError("ENROLMENT_UNANSWERED", `${hubUrl.origin} answered as no hub does.`);
  }
  await storeEnrolment(directory, enrolment);
  return enrolment;
}

async function ask(hubUrl: URL, body: { code: string; publicKey: string }): Promise<unknown> {
  try {
    return await call((request) => send(hubUrl, request), enrolGateway, { body });
  } catch (cause) {
    // Any other refusal, such as of too many tries, is none of this code.
    if (cause instanceof ApiRefusal && cause.problem.code === "wrong-enrolment-code") {
      const message =
        "The hub refused the enrolment code: announce the gateway anew at the hub, and give the new code by --code.";
      throw new GatewayError("ENROLMENT_REFUSED", message, { cause });
    }
    const message = `The hub at ${hubUrl.origin} could not be asked to enrol this gateway.`;
    throw new GatewayError("ENROLMENT_UNANSWERED", message, { cause });
  }
}

async function send(
  hubUrl: URL,
  request: { method: string; path: string; body: string | undefined },
): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL(request.path, hubUrl), {
    method: request.method,
    headers: { "content-type": "application/json" },
    body: request.body ?? null,
    // A redirect would carry the code to somewhere that nobody named.
    redirect: "error",
    signal: AbortSignal.timeout(answerMsMax),
  });
  const length = Number(response.headers.get("content-length") ?? 0);
  if (length > answerLengthMax) {
    throw new GatewayError("ENROLMENT_UNANSWERED", "The hub's answer is too long.");
  }
  return { status: response.status, text: await response.text() };
}

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClientRequest, request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import type { Transport } from "@pista/contracts";
import { pino } from "pino";
import type { Hub } from "../compose.ts";
import { HubError } from "../errors.ts";
import { readSettings } from "../settings.ts";
import { StoreError } from "../store/errors.ts";
import { openComposedHub } from "./open-composed-hub.ts";
import { readOperatorFile } from "./operator-file.ts";

/** Asks for what is too long to be held: the answer is read as it comes. */
export type OpenStream = (path: string) => Promise<{ status: number; body: Readable }>;

/**
 * Calls the hub's own routes as its operator: over the network where the hub runs, and otherwise in
 * this process, with the data directory opened for as long as it takes. Either way it is the same
 * route, the same checks and the same line in the audit.
 */
export async function withOperator<Outcome>(
  options: { data?: string },
  work: (transport: Transport, openStream: OpenStream) => Promise<Outcome>,
): Promise<Outcome> {
  const settings = readSettings(
    // It listens nowhere, so what was set for listening to others does not matter here.
    { ...options, demo: false, host: "127.0.0.1" },
    process.env,
  );
  const running = await readOperatorFile(settings.dataDirectory);
  if (running) {
    try {
      return await work(networkTransport(running), networkStream(running));
    } catch (cause) {
      if (!isNetworkFault(cause)) throw cause;
      // A hub that was killed leaves its file behind; then the directory is free.
      if (cause.code !== "ECONNREFUSED") {
        throw new HubError("HUB_NOT_REACHED", `The hub at ${running.url} does not answer.`, {
          cause,
        });
      }
    }
  }
  const log = pino({ level: "warn" }, pino.destination({ dest: 2, sync: true }));
  try {
    const hub = await openComposedHub(settings, log);
    try {
      return await work(localTransport(hub), localStream(hub));
    } finally {
      await hub.close();
    }
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== "STORE_LOCKED") throw cause;
    const message = "A hub holds the data directory but does not answer. Stop it, or wait for it.";
    throw new HubError("HUB_NOT_REACHED", message, { cause });
  }
}

/** A DELETE has no body, and the hub refuses an empty one that is called JSON. */
const headersFor = (token: string, method: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(method === "DELETE" ? {} : { "content-type": "application/json" }),
});

const methods = ["GET", "POST", "PUT", "DELETE"] as const;
const methodOf = (text: string): (typeof methods)[number] =>
  methods.find((method) => method === text) ?? "GET";

/** Node marks what the network did with the name of the system call, or of the TLS fault. */
const isNetworkFault = (cause: unknown): cause is Error & { code: unknown } =>
  cause instanceof Error && "code" in cause && !(cause instanceof HubError);

/** The operator's token goes to the holder of the hub's own certificate, whatever name it bears. */
function trustOnly(pem: string): Pick<RequestOptions, "ca" | "checkServerIdentity"> {
  const own = new X509Certificate(pem);
  return {
    // Its own issuer, or one of those that every machine knows.
    ca: [...rootCertificates, pem],
    checkServerIdentity: (_name, shown) =>
      own.raw.equals(shown.raw) ? undefined : new Error("Another certificate than the hub's."),
  };
}

function networkTransport(address: OperatorAddress): Transport {
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const sent = openRequest(address, { method, path, timeout: 60_000 });
      sent.on("response", (answer) => {
        textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
      });
      sent.on("timeout", () => {
        sent.destroy(new HubError("HUB_NOT_REACHED", "The hub did not answer within 60 s."));
      });
      sent.on("error", reject);
      sent.end(body);
    });
}

/** As long as it takes: the hub ends it when it stops or has nothing to say for long. */
const networkStream =
  (address: OperatorAddress): OpenStream =>
  (path) =>
    new Promise((resolve, reject) => {
      const sent = openRequest(address, { method: "POST", path });
      sent.on("response", (answer) => {
        resolve({ status: answer.statusCode ?? 0, body: answer });
      });
      sent.on("error", reject);
      sent.end("{}");
    });

function openRequest(
  { url, token, certificate }: OperatorAddress,
  { path, ...options }: { method: string; path: string; timeout?: number },
): ClientRequest {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  return request(new URL(path, url), {
    ...options,
    headers: headersFor(token, options.method),
    ...(certificate ? trustOnly(readFileSync(certificate, "utf8")) : {}),
  });
}

function localTransport({ app, operatorToken }: Hub): Transport {
  return async ({ method, path, body }) => {
    const answer = await app.inject({
      method: methodOf(method),
      url: path,
      headers: headersFor(operatorToken, method),
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, text: answer.body };
  };
}

const localStream =
  ({ app, operatorToken }: Hub): OpenStream =>
  async (path) => {
    const answer = await app.inject({
      ...({ method: "POST", url: path, payload: "{}", payloadAsStream: true } as const),
      headers: headersFor(operatorToken, "POST"),
    });
    return { status: answer.statusCode, body: answer.stream() };
  };

export const textOf = async (stream: Readable): Promise<string> =>
  Buffer.concat(await stream.toArray()).toString("utf8");

type OperatorAddress = NonNullable<Awaited<ReturnType<typeof readOperatorFile>>>;

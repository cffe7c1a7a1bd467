import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import { rootCertificates } from "node:tls";
import type { Transport } from "@pista/contracts";
import { pino } from "pino";
import { HubError } from "../errors.ts";
import { readSettings } from "../settings.ts";
import { StoreError } from "../store/errors.ts";
import { openComposedHub } from "./open-composed-hub.ts";
import { readOperatorFile } from "./operator-file.ts";

/**
 * Calls the hub's own routes as its operator: over the network where the hub runs, and otherwise in
 * this process, with the data directory opened for as long as it takes. Either way it is the same
 * route, the same checks and the same line in the audit.
 */
export async function withOperator<Outcome>(
  options: { data?: string },
  work: (transport: Transport) => Promise<Outcome>,
): Promise<Outcome> {
  const settings = readSettings(
    // It listens nowhere, so what was set for listening to others does not matter here.
    { ...options, demo: false, host: "127.0.0.1" },
    process.env,
  );
  const running = await readOperatorFile(settings.dataDirectory);
  if (running) {
    try {
      return await work(networkTransport(running));
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
      return await work(async ({ method, path, body }) => {
        const answer = await hub.app.inject({
          method: methodOf(method),
          url: path,
          headers: headersFor(hub.operatorToken),
          ...(body === undefined ? {} : { payload: body }),
        });
        return { status: answer.statusCode, text: answer.body };
      });
    } finally {
      await hub.close();
    }
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== "STORE_LOCKED") throw cause;
    const message = "A hub holds the data directory but does not answer. Stop it, or wait for it.";
    throw new HubError("HUB_NOT_REACHED", message, { cause });
  }
}

const headersFor = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
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

function networkTransport({ url, token, certificate }: OperatorAddress): Transport {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, url),
        {
          method,
          headers: headersFor(token),
          timeout: 60_000,
          ...(certificate ? trustOnly(readFileSync(certificate, "utf8")) : {}),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve({ status: answer.statusCode ?? 0, text });
          });
        },
      );
      sent.on("timeout", () => {
        sent.destroy(new HubError("HUB_NOT_REACHED", "The hub did not answer within 60 s."));
      });
      sent.on("error", reject);
      sent.end(body);
    });
}

type OperatorAddress = NonNullable<Awaited<ReturnType<typeof readOperatorFile>>>;

import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type Cancel, type Clock, fail, ok, type Result } from "@pista/kernel";

export type OutboundAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type OutboundFault = {
  readonly kind:
    | "bad-address"
    | "private-address"
    | "unresolved"
    | "unreachable"
    | "timed-out"
    | "too-large"
    | "encoded"
    | "cut-short"
    | "too-many-redirects";
  /** Names at most the host, for a path or query may hold a secret. */
  readonly detail: string;
};

export interface OutboundPort {
  readonly clock: Clock;
  /** Every address of a name; rejects when it has none. */
  resolve(hostname: string): Promise<readonly string[]>;
  /** [SE1] `isPublicAddress`, unless a setting says that private ones may be reached too. */
  mayReach(address: string): boolean;
}

/** How the hub asks others: every limit holds for a whole question, its redirects included. */
export type Outbound = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Result<OutboundAnswer, OutboundFault>>;

export const outboundLimits = {
  connectMsMax: 10_000,
  wholeMsMax: 30_000,
  bodyBytesMax: 2_097_152,
  redirectsMax: 3,
} as const;

const redirects = new Set([301, 302, 303, 307, 308]);

/** [SE1] GET over http or https, at addresses that may be reached alone, redirects included. */
export const createOutbound =
  (port: OutboundPort): Outbound =>
  async (url, headers, signal) => {
    const leaving = new AbortController();
    const cancel = port.clock.after(outboundLimits.wholeMsMax, () => leaving.abort());
    const question = { headers, signal: AbortSignal.any([signal, leaving.signal]) };
    try {
      return await follow(port, url, question);
    } finally {
      cancel();
    }
  };

type Question = {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

async function follow(
  port: OutboundPort,
  from: string,
  question: Question,
): Promise<Result<OutboundAnswer, OutboundFault>> {
  let url = parseAddress(from, undefined);
  for (let hop = 0; hop <= outboundLimits.redirectsMax; hop++) {
    if (!url.ok) return url;
    const answer = await ask(port, url.value, question);
    const location = answer.ok ? answer.value.headers.location : undefined;
    if (!answer.ok || !location || !redirects.has(answer.value.status)) return answer;
    url = parseAddress(location, url.value);
  }
  const detail = `More than ${outboundLimits.redirectsMax} redirects.`;
  return fail({ kind: "too-many-redirects", detail });
}

/** A redirect may be relative; it may not leave TLS, nor bring a name and password of its own. */
function parseAddress(text: string, base: URL | undefined): Result<URL, OutboundFault> {
  const refused = (detail: string) => fail({ kind: "bad-address", detail } as const);
  if (!URL.canParse(text, base?.href)) return refused("What was given is no URL.");
  const url = new URL(text, base);
  const isHttps = url.protocol === "https:";
  if (!isHttps && url.protocol !== "http:") return refused("Only http and https are asked.");
  if (base?.protocol === "https:" && !isHttps) return refused("A redirect from https to http.");
  if (url.username || url.password) return refused("A URL with a name or password in it.");
  return ok(url);
}

async function ask(
  port: OutboundPort,
  url: URL,
  question: Question,
): Promise<Result<OutboundAnswer, OutboundFault>> {
  const { hostname } = url;
  const connecting = new AbortController();
  const connected = port.clock.after(outboundLimits.connectMsMax, () => connecting.abort());
  const signal = AbortSignal.any([question.signal, connecting.signal]);
  let failing: OutboundFault["kind"] = "unresolved";
  try {
    const addresses = await findAddresses(port, hostname, signal);
    if (!addresses.every(port.mayReach)) {
      const detail = `${hostname} does not lead to the public network alone (--feeds-may-reach-private allows it).`;
      return fail({ kind: "private-address", detail });
    }
    failing = "unreachable";
    const response = await send(url, addresses, { ...question, signal }, connected);
    failing = "cut-short";
    return await readAnswer(response);
  } catch (cause) {
    const detail = `${hostname} did not answer in time.`;
    if (signal.aborted) return fail({ kind: "timed-out", detail });
    return fail({ kind: failing, detail: `${hostname}: ${codeOf(cause)}.` });
  } finally {
    connected();
  }
}

/** One that is not public refuses the name as a whole, whichever would be connected to. */
async function findAddresses(
  port: OutboundPort,
  hostname: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal)) return [literal];
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([port.resolve(hostname), aborted]);
}

/** Connects to the addresses that were checked: asked again, a name may have other ones. */
function send(
  url: URL,
  addresses: readonly string[],
  { headers, signal }: Question,
  connected: Cancel,
): Promise<IncomingMessage> {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_hostname, options, done) => {
    if (options.all) done(null, checked);
    else done(null, checked[0]?.address ?? "", checked[0]?.family);
  };
  const isHttps = url.protocol === "https:";
  const request = (isHttps ? requestHttps : requestHttp)(url, {
    agent: false,
    headers: { "user-agent": "pista", ...headers, "accept-encoding": "identity" },
    lookup,
    signal,
  });
  return new Promise((resolve, reject) => {
    request.on("socket", (socket) => {
      socket.once(isHttps ? "secureConnect" : "connect", connected);
    });
    request.on("response", resolve);
    request.on("error", reject);
    request.end();
  });
}

/** Only a 200 has a body that anybody wants; what is left unread is hung up on. */
async function readAnswer(
  response: IncomingMessage,
): Promise<Result<OutboundAnswer, OutboundFault>> {
  const status = response.statusCode ?? 0;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === "string") headers[name] = value;
  }
  try {
    if (status !== 200) return ok({ status, headers, body: new Uint8Array() });
    if ((headers["content-encoding"] ?? "identity") !== "identity") {
      return fail({ kind: "encoded", detail: "It is compressed, which was not asked for." });
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.byteLength;
      if (bytes > outboundLimits.bodyBytesMax) {
        const detail = `It is over ${outboundLimits.bodyBytesMax} bytes.`;
        return fail({ kind: "too-large", detail });
      }
      chunks.push(chunk);
    }
    return ok({ status, headers, body: Buffer.concat(chunks) });
  } finally {
    response.destroy();
  }
}

/** A code names no address, path or query, as a message may. */
const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause ? String(cause.code) : "it failed without a code";

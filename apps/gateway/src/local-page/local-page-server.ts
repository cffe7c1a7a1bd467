import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, isIP, type Socket } from "node:net";
import type { LocalAct } from "@pista/flight";
import type { Pairing, PairingFault } from "./pairing.ts";

const streamsMax = 8;
const connectionsMax = 64;
/** Of one address: one machine alone must not keep the others out. */
const connectionsPerAddressMax = 16;
const cookieName = "__Host-pista-local";
const bodyBytesMax = 64;

const statusOf: Record<PairingFault, number> = {
  "wrong-code": 403,
  "too-many-browsers": 409,
  "too-many-tries": 429,
};

const site = (name: string, type: string) =>
  [type, readFileSync(new URL(`./site/${name}`, import.meta.url))] as const;

/** What anybody may have: a page without a word of the vehicle. */
const files = new Map([
  ["/", site("page.html", "text/html; charset=utf-8")],
  ["/page.css", site("page.css", "text/css; charset=utf-8")],
  ["/page.js", site("page.js", "text/javascript; charset=utf-8")],
  ["/words.js", site("words.js", "text/javascript; charset=utf-8")],
]);

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

export type LocalPageServerOptions = {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly pairing: Pairing;
  /** False when nobody is there to obey. */
  readonly press: (act: LocalAct) => boolean;
  readonly failed: (error: Error) => void;
};

type Stream = { readonly response: ServerResponse; readonly token: string | undefined };

/** [AU4] The page, the pairing, the state to whoever is paired, and their two buttons. */
export class LocalPageServer {
  readonly #options: LocalPageServerOptions;
  readonly #certificate: X509Certificate;
  readonly #server: Server;
  readonly #connections = new Map<string, number>();
  #streams: readonly Stream[] = [];

  /** @throws whatever a certificate and a key that are none, or not one another's, give rise to. */
  constructor(options: LocalPageServerOptions) {
    const { cert, key, failed } = options;
    this.#options = options;
    this.#certificate = new X509Certificate(cert);
    const times = { headersTimeout: 5_000, requestTimeout: 5_000, handshakeTimeout: 5_000 };
    const limits = { maxHeaderSize: 8_192, keepAliveTimeout: 5_000 };
    this.#server = createServer(
      { cert, key, minVersion: "TLSv1.2", ...times, ...limits },
      (request, response) => {
        // Whoever goes away in the middle of a request has nobody left to be told of it.
        this.#answer(request, response).catch(() => response.destroy());
      },
    );
    this.#server.maxConnections = connectionsMax;
    this.#server.on("connection", (socket: Socket) => this.#admit(socket));
    this.#server.on("error", failed);
  }

  get fingerprint(): string {
    return this.#certificate.fingerprint256;
  }

  listen(host: string, port: number, ready: (port: number) => void): void {
    this.#server.listen(port, host, () => {
      // A listening TCP server's address is no pipe's name.
      ready((this.#server.address() as AddressInfo).port);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Newest only: a browser that does not read misses what was in between. */
  push(state: object): void {
    const data = `data: ${JSON.stringify(state)}\n\n`;
    for (const { response, token } of this.#streams) {
      if (!this.#options.pairing.isPaired(token)) response.destroy();
      else if (!response.writableNeedDrain) response.write(data);
    }
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const count = (this.#connections.get(address) ?? 0) + 1;
    this.#connections.set(address, count);
    socket.on("close", () => {
      const left = (this.#connections.get(address) ?? 1) - 1;
      if (left === 0) this.#connections.delete(address);
      else this.#connections.set(address, left);
    });
    if (count > connectionsPerAddressMax) socket.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { method, url = "" } = request;
    const { press, pairing } = this.#options;
    const end = (status: number): unknown => response.writeHead(status).end();
    if (!this.#isMeant(request)) return void end(421);
    const file = files.get(url);
    if (method === "GET" && file) {
      response.writeHead(200, { "content-type": file[0] }).end(file[1]);
      return;
    }
    if (method === "POST" && request.headers.origin !== `https://${request.headers.host}`)
      return void end(403);
    if (method === "POST" && url === "/pair") return this.#pair(request, response);
    if (!pairing.isPaired(tokenOf(request))) return void end(401);
    if (method === "GET" && url === "/state") this.#open(request, response);
    else if (method === "POST" && url === "/stop") end(press("stop") ? 204 : 503);
    else if (method === "POST" && url === "/land") end(press("land") ? 204 : 503);
    else end(404);
  }

  /** A page elsewhere may make its own name lead here: only names of ours are answered to. */
  #isMeant({ headers: { host = "" } }: IncomingMessage): boolean {
    const at = `https://${host}`;
    const name = URL.canParse(at) ? new URL(at).hostname.replace(/^\[|\]$/g, "") : "";
    return isIP(name) !== 0 || this.#certificate.checkHost(name) !== undefined;
  }

  async #pair(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const code = await bodyOf(request);
    if (code === undefined) {
      response.writeHead(413, { connection: "close" }).end();
      return;
    }
    const paired = this.#options.pairing.pair(code.replaceAll(/\s/g, ""));
    if (!paired.ok) {
      response.writeHead(statusOf[paired.fault]).end();
      return;
    }
    const cookie = `${cookieName}=${paired.value}; Path=/; Secure; HttpOnly; SameSite=Strict`;
    response.writeHead(204, { "set-cookie": cookie }).end();
  }

  /** Its first word is what this process's clock reads, against which the page dates all others. */
  #open(request: IncomingMessage, response: ServerResponse): void {
    const stream = { response, token: tokenOf(request) };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: clock\ndata: ${performance.now()}\n\n`);
    this.#streams = [...this.#streams, stream];
    response.on("close", () => {
      this.#streams = this.#streams.filter((one) => one !== stream);
    });
    if (this.#streams.length > streamsMax) this.#streams[0]?.response.destroy();
  }
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > bodyBytesMax) return undefined;
  }
  return body;
}

const tokenOf = ({ headers: { cookie = "" } }: IncomingMessage): string | undefined =>
  cookie
    .split("; ")
    .find((one) => one.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1);

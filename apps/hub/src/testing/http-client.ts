import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; each test checks what it reads of it. */
  readonly json: ReturnType<typeof JSON.parse>;
};

export type HttpClient = {
  readonly headers: Readonly<Record<string, string>>;
  send(
    method: string,
    path: string,
    options?: {
      body?: unknown;
      /** Sent as it is, with the content type of JSON unless a header says otherwise. */
      rawBody?: string | Buffer;
      headers?: Readonly<Record<string, string>>;
      /** The loopback's address that asks: limits count by address. */
      localAddress?: string;
    },
  ): Promise<HttpAnswer>;
};

/** HTTP without a browser's manners: any header, and paths that no URL parser has tidied. */
export function createClient(url: string, headers: Readonly<Record<string, string>>): HttpClient {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  const { hostname, port } = new URL(url);
  return {
    headers,
    send: (method, path, { body, rawBody, headers: more = {}, localAddress } = {}) =>
      new Promise((resolve, reject) => {
        const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
        const sent = request(
          {
            hostname,
            port,
            method,
            path,
            ...(localAddress === undefined ? {} : { localAddress }),
            agent: false,
            rejectUnauthorized: false,
            headers: {
              ...(payload === undefined
                ? {}
                : { "content-type": "application/json", "content-length": byteLength(payload) }),
              ...headers,
              ...more,
            },
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("error", reject);
            answer.on("end", () => {
              const text = Buffer.concat(chunks).toString("utf8");
              const told = new Headers();
              for (const [name, value] of Object.entries(answer.headers)) {
                for (const one of [value].flat()) if (one !== undefined) told.append(name, one);
              }
              resolve({
                status: answer.statusCode ?? 0,
                headers: told,
                text,
                get json() {
                  return JSON.parse(text);
                },
              });
            });
          },
        );
        sent.on("error", reject);
        sent.end(payload);
      }),
  };
}

const byteLength = (payload: string | Buffer): number => Buffer.byteLength(payload);

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Post = {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was posted.
  readonly json: any;
};

/** Stands for the hub's hooks: takes what is posted and answers as it is told. */
export type HookListener = {
  readonly url: string;
  readonly posts: Post[];
  /** Connections that were opened, however many posts they carried. */
  connections: number;
  answer: { status: number; retryAfter?: string };
  close(): void;
};

/** On a free port of the loopback. */
export async function openHookListener(): Promise<HookListener> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url: path = "", headers } = request;
    const json = JSON.parse(Buffer.concat(parts).toString("utf8"));
    listener.posts.push({ path, authorization: headers.authorization, json });
    const { status, retryAfter } = listener.answer;
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
    response.end("{}");
  });
  server.on("connection", () => {
    listener.connections++;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const listener: HookListener = {
    url: `http://127.0.0.1:${port}`,
    posts: [],
    connections: 0,
    answer: { status: 200 },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return listener;
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type FeedAnswer = (response: ServerResponse, request: IncomingMessage) => void;

/** A source of a feed on the loopback that answers as it is told. */
export type FeedSource = {
  readonly url: string;
  readonly port: number;
  /** What it was asked, in order. */
  readonly asked: readonly IncomingMessage[];
  answer: FeedAnswer;
  close(): Promise<void>;
};

export async function openFeedSource(answer: FeedAnswer): Promise<FeedSource> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    source.answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port and not on a pipe.
  const source: FeedSource = {
    url: `http://127.0.0.1:${port}/get_pk`,
    port,
    asked,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return source;
}

export type CarParkRow = { readonly id: number; readonly free: number | undefined };

/** Turin's feed with these car parks, all of 500 spaces, published ten seconds after the count. */
export function turinFeed(observedAtMs: number, rows: readonly CarParkRow[]): string {
  const [endTime, generationTime] = [observedAtMs, observedAtMs + 10_000].map((atMs) =>
    new Date(atMs).toISOString(),
  );
  const elements = rows.map(
    ({ id, free }) =>
      `<PK_data Name="PARK ${id}" ID="${id}" Total="500" lat="45.06" lng="7.68" ${
        free === undefined ? 'status="0"' : `status="1" Free="${free}"`
      }/>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?><traffic_data xmlns="https://simone.5t.torino.it/ns/traffic_data.xsd" generation_time="${generationTime}" end_time="${endTime}">${elements.join("")}</traffic_data>`;
}

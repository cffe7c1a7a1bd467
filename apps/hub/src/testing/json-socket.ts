import { WebSocket } from "ws";

/** A WebSocket that speaks JSON, read message by message. */
export type JsonSocket = {
  readonly webSocket: WebSocket;
  send(message: object | string): void;
  /** The next message; rejects when none comes or the socket closes first. */
  next(): Promise<ReturnType<typeof JSON.parse>>;
  /** How many have come and were not asked for. */
  unread(): number;
  /** The code with which the other side closed. */
  closed(): Promise<number>;
};

const limitMs = 10_000;

export async function openJsonSocket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonSocket> {
  const webSocket = new WebSocket(url, { headers });
  const messages: unknown[] = [];
  let closeCode: number | undefined;
  let wake = (): void => {};
  webSocket.on("message", (data) => {
    messages.push(JSON.parse(data.toString()));
    wake();
  });
  webSocket.on("close", (code) => {
    closeCode = code;
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once("open", resolve);
    webSocket.once("error", reject);
  });
  // After the opening a fault of the socket shows in its close.
  webSocket.on("error", () => {});

  const until = <Found>(what: string, look: () => Found | undefined): Promise<Found> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No ${what} in ${limitMs} ms.`)), limitMs);
      wake = () => {
        const found = look();
        const isOver = closeCode !== undefined && what === "message";
        if (found === undefined && !isOver) return;
        clearTimeout(timer);
        wake = () => {};
        if (found === undefined) reject(new Error(`Closed with ${closeCode}.`));
        else resolve(found);
      };
      wake();
    });
  return {
    webSocket,
    send: (message) =>
      webSocket.send(typeof message === "string" ? message : JSON.stringify(message)),
    next: () => until("message", () => messages.shift()),
    unread: () => messages.length,
    closed: () => until("close", () => closeCode),
  };
}

/** The status with which an upgrade is refused; 101 when it is not. */
export function upgradeStatus(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, { headers });
    webSocket.once("open", () => {
      webSocket.terminate();
      resolve(101);
    });
    webSocket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    webSocket.once("error", reject);
  });
}

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** The smallest hub: MQTT 5 bytes by hand (OASIS MQTT 5.0, sections 3.1 to 3.4). */
export class TinyHub {
  readonly connects: Buffer[] = [];
  /** First bytes of the PUBLISH packets: their QoS and flags. */
  readonly headers = new Set<number>();
  readonly published: { topic: string; payload: string }[] = [];
  connectReason = 0;
  /** Undefined: it takes the report and never answers. */
  publishReason: number | undefined = 0;
  private readonly server: Server;
  readonly sockets = new Set<Socket>();

  constructor(server: Server) {
    this.server = server;
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      // A sensor that ends leaves by a reset while its last report is answered; its close tells.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.sockets.delete(socket));
      let bytes = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        // Every packet of these tests is shorter than 16 kB: two bytes of length at most.
        while (bytes.length >= 2) {
          const isLong = ((bytes[1] ?? 0) & 0x80) !== 0;
          const length = isLong
            ? ((bytes[1] ?? 0) & 0x7f) + 128 * (bytes[2] ?? 0)
            : (bytes[1] ?? 0);
          const from = isLong ? 3 : 2;
          if (bytes.length < from + length) return;
          this.take(socket, bytes[0] ?? 0, bytes.subarray(from, from + length));
          bytes = bytes.subarray(from + length);
        }
      });
    });
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  get url(): string {
    // A TCP server's address is an object; only a pipe's is a string.
    return `mqtt://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private take(socket: Socket, header: number, body: Buffer): void {
    if (header >> 4 === 1) {
      this.connects.push(Buffer.from(body));
      socket.write(Buffer.from([0x20, 3, 0, this.connectReason, 0]));
      if (this.connectReason !== 0) socket.end();
    }
    if (header >> 4 === 3) {
      this.headers.add(header);
      const topicEnd = 2 + body.readUInt16BE(0);
      const topic = body.toString("utf8", 2, topicEnd);
      // One character for each byte: reports are ASCII, and raw payloads stay readable.
      const payload = body.toString("latin1", topicEnd + 3 + (body[topicEnd + 2] ?? 0));
      this.published.push({ topic, payload });
      if (this.publishReason === undefined) return;
      const [high = 0, low = 0] = body.subarray(topicEnd, topicEnd + 2);
      socket.write(Buffer.from([0x40, 4, high, low, this.publishReason, 0]));
    }
  }
}

/** On a free port of the loopback. */
export async function openTinyHub(): Promise<TinyHub> {
  const server = createServer();
  const hub = new TinyHub(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return hub;
}

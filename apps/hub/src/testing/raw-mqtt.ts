import { connect } from "node:net";
import mqtt, { type IConnectPacket, type Packet } from "mqtt-packet";

type Cmd = Packet["cmd"];
type PacketOf<Name extends Cmd> = Extract<Packet, { cmd: Name }>;

/** A device that says exactly what the test wants, byte by byte. */
export type RawMqtt = {
  readonly received: readonly Packet[];
  readonly isClosed: () => boolean;
  send(packet: Packet): void;
  sendBytes(bytes: Uint8Array): void;
  /** The next packet that was not taken yet; it must be of this kind. */
  next<Name extends Cmd>(cmd: Name): Promise<PacketOf<Name>>;
  /** Resolves when the endpoint has closed its side. */
  closed(): Promise<void>;
  /** Leaves without a word, as a device does whose power fails. */
  vanish(): void;
};

const limitMs = 10_000;

export function openRawMqtt(port: number, version: 4 | 5 = 5): Promise<RawMqtt> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const parser = mqtt.parser({ protocolVersion: version });
  const received: Packet[] = [];
  let taken = 0;
  let isClosed = false;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  parser.on("packet", (packet) => received.push(packet));
  socket.on("data", (chunk) => {
    parser.parse(chunk);
    changed();
  });
  const close = (): void => {
    isClosed = true;
    changed();
  };
  // A reset is one of the ways in which an endpoint closes.
  socket.on("error", close).on("end", close).on("close", close);

  /** Looks again at every change, until the time is up. */
  const until = <Found>(what: string, look: () => Found | undefined): Promise<Found> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        watchers.delete(watch);
        settle();
      };
      const watch = (): void => {
        try {
          const found = look();
          if (found !== undefined) finish(() => resolve(found));
        } catch (cause) {
          finish(() => reject(cause));
        }
      };
      const timer = setTimeout(() => {
        const seen = JSON.stringify(received.slice(-3));
        finish(() => reject(new Error(`No ${what} within ${limitMs} ms; the last were ${seen}.`)));
      }, limitMs);
      watchers.add(watch);
      watch();
    });

  const client: RawMqtt = {
    received,
    isClosed: () => isClosed,
    send: (packet) => socket.write(mqtt.generate(packet, { protocolVersion: version })),
    sendBytes: (bytes) => socket.write(bytes),
    next: <Name extends Cmd>(cmd: Name) =>
      until(cmd, () => {
        const packet = received[taken];
        if (!packet) {
          if (isClosed) throw new Error(`Closed in place of ${cmd}.`);
          return undefined;
        }
        taken += 1;
        if (packet.cmd !== cmd) throw new Error(`${JSON.stringify(packet)} in place of ${cmd}.`);
        return packet as PacketOf<Name>; // Its cmd was compared just now.
      }),
    closed: () => until("close", () => (isClosed ? null : undefined)).then(() => {}),
    vanish: () => socket.resetAndDestroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(client));
    socket.once("error", reject);
  });
}

export const connectPacket = (
  deviceId: string,
  key: string,
  more: Partial<IConnectPacket> = {},
): IConnectPacket => ({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 5,
  clientId: deviceId,
  clean: true,
  keepalive: 0,
  username: deviceId,
  password: Buffer.from(key),
  ...more,
});

/** A device that is connected and has been welcomed. */
export async function openDevice(
  port: number,
  device: { id: string; key: string; version?: 4 | 5; keepalive?: number },
): Promise<RawMqtt> {
  const { id, key, version = 5, keepalive = 0 } = device;
  const client = await openRawMqtt(port, version);
  client.send(connectPacket(id, key, { protocolVersion: version, keepalive }));
  const connack = await client.next("connack");
  if ((connack.reasonCode ?? connack.returnCode) !== 0) {
    throw new Error(`${id} was answered with ${JSON.stringify(connack)}.`);
  }
  return client;
}

export const publishPacket = (
  deviceId: string,
  payload: string | Uint8Array,
  more: { messageId?: number; qos?: 0 | 1 | 2; topic?: string; retain?: boolean } = {},
): Packet => ({
  cmd: "publish",
  topic: `pista/v1/${deviceId}/report`,
  payload: Buffer.from(payload),
  qos: 1,
  dup: false,
  retain: false,
  messageId: 1,
  ...more,
});

import type { Socket } from "node:net";
import { topicOf } from "@pista/contracts";
import { type AssetId, type Cancel, type Clock, createPurse, type Purse } from "@pista/kernel";
import mqtt, {
  type IConnectPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type IUnsubscribePacket,
  type Packet,
  type Parser,
} from "mqtt-packet";
import type { IntakeAnswer } from "../intake-answers.ts";
import { type CommandOutbox, createCommandOutbox } from "./command-outbox.ts";
import type { IntakePort } from "./intake-port.ts";
import { connackPacket, pubackPacket } from "./mqtt-answers.ts";
import type { MqttLimits } from "./mqtt-limits.ts";
import { type MqttReason, mqttReasons } from "./mqtt-reasons.ts";
import { isIdentified, refusalOfConnect, refusalOfFilter, refusalOfPublish } from "./mqtt-rules.ts";
import { createSocketReader, type SocketReader } from "./socket-reader.ts";

const ownTopics = ["report", "raw"] as const;

/** A peer that does not close its side by then is cut off. */
const leaveWithinMs = 1_000;
/** How soon the machine asks a silent peer's machine whether it is there still. */
const tcpKeepAliveMs = 60_000;

export interface MqttConnection {
  readonly deviceId: AssetId | undefined;
  /** There may be a command for this device. */
  wakeCommands(): void;
  close(reason: MqttReason): void;
}

/**
 * One device's connection: MQTT 3.1.1 and 5, QoS 0 and 1. It publishes reports and receives its own
 * commands; what asks for more is closed with its reason code (DESIGN, section 6).
 */
export function serveMqttConnection(
  socket: Socket,
  hub: IntakePort,
  surroundings: {
    clock: Clock;
    limits: MqttLimits;
    /** Called once the device is known; closes what that device had open before. */
    onDevice: (connection: MqttConnection, deviceId: AssetId) => void;
    onClosed: (connection: MqttConnection) => void;
    /** [IN5] What the device may still spend: a new connection does not fill its purse. */
    purseOf: (deviceId: AssetId) => Purse;
  },
): MqttConnection {
  return new Connection(socket, hub, surroundings);
}

type Surroundings = Parameters<typeof serveMqttConnection>[2];

class Connection implements MqttConnection {
  deviceId: AssetId | undefined;
  readonly #socket: Socket;
  readonly #hub: IntakePort;
  readonly #around: Surroundings;
  readonly #parser: Parser = mqtt.parser();
  readonly #reader: SocketReader;
  #purse: Purse;
  #version: 4 | 5 = 4;
  #inFlight = 0;
  /** [MQTT 5.0, section 3.3.4] Of those in flight, what counts against the Receive Maximum. */
  #unacknowledged = 0;
  #leaving = false;
  #cancelDeadline: Cancel;
  #keepaliveMs = 0;
  /** MQTT 5.0, section 3.1.2.11.4: larger packets the peer does not take. */
  #peerPacketBytesMax = Number.POSITIVE_INFINITY;
  #commands: CommandOutbox | undefined;

  constructor(socket: Socket, hub: IntakePort, around: Surroundings) {
    this.#socket = socket;
    this.#hub = hub;
    this.#around = around;
    this.#purse = createPurse(around.limits, around.clock);
    this.#reader = createSocketReader(socket, {
      clock: around.clock,
      purse: () => this.#purse,
      // What a stranger says, nobody stores.
      waitForRoom: () => (this.deviceId ? hub.waitForRoom(this.deviceId) : undefined),
      isBehind: () => this.#isBehind(),
      isLeaving: () => this.#leaving,
      hear: (slice) => this.#hearSlice(slice),
    });
    this.#cancelDeadline = around.clock.after(around.limits.connectWithinMs, () =>
      this.close(mqttReasons.keepAliveTimeout),
    );
    this.#parser.on("packet", (packet: Packet) => this.#hearSafely(packet));
    // The parser's error is told by what it found, and the connection ends with it.
    this.#parser.on("error", () => this.#refuse("malformed-packet", mqttReasons.malformedPacket));
    socket.setNoDelay(true);
    // A device without keep-alive that lost its power would hold its place for ever.
    socket.setKeepAlive(true, tcpKeepAliveMs);
    // A reset by the peer is its way to leave; "close" follows and does the work.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#cancelDeadline();
      this.#commands?.close();
      around.onClosed(this);
    });
  }

  wakeCommands(): void {
    this.#commands?.wake();
  }

  close(reason: MqttReason): void {
    if (this.#leaving) return;
    if (this.#version === 5 && this.deviceId) {
      this.#send({ cmd: "disconnect", reasonCode: reason });
    }
    this.#leave();
  }

  /**
   * Ends our side and takes in, unheard, what the peer still sends: cut off at once, it would get a
   * reset in place of the reason code that is on its way.
   */
  #leave(): void {
    this.#leaving = true;
    this.#commands?.close();
    this.#socket.end();
    this.#socket.resume();
    this.#cancelDeadline();
    this.#cancelDeadline = this.#around.clock.after(leaveWithinMs, () => this.#socket.destroy());
  }

  #hearSlice(slice: Buffer): void {
    try {
      this.#parser.parse(slice);
    } catch {
      // Bytes that the parser stumbles over are malformed too; its words tell nobody anything.
      this.#refuse("malformed-packet", mqttReasons.malformedPacket);
    }
    // The parser keeps what is not whole yet, so the length is looked at before it grows.
    const { connectBytesMax, packetBytesMax } = this.#around.limits;
    const announced = parserPacketLength(this.#parser) + fixedHeaderBytes;
    if (announced > (this.deviceId ? packetBytesMax : connectBytesMax)) {
      this.#refuse("packet-too-large", mqttReasons.packetTooLarge);
    }
  }

  /** Too much of what it sent waits for the store, or of what it was answered for it to read. */
  #isBehind(): boolean {
    const { inFlightMax, unsentBytesMax } = this.#around.limits;
    return this.#inFlight >= inFlightMax || this.#socket.writableLength > unsentBytesMax;
  }

  #watchKeepalive(): void {
    if (this.#keepaliveMs === 0 || this.#leaving) return;
    this.#cancelDeadline();
    // MQTT 3.1.1, section 3.1.2.10: one and a half times the keep-alive without a packet.
    this.#cancelDeadline = this.#around.clock.after(this.#keepaliveMs * 1.5, () => {
      // A socket that we do not read cannot show that its device lives.
      if (this.#reader.isPaused) this.#watchKeepalive();
      else this.close(mqttReasons.keepAliveTimeout);
    });
  }

  /** A fault of ours under one device's packet ends that device's connection, not the hub. */
  #hearSafely(packet: Packet): void {
    try {
      this.#hear(packet);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #hear(packet: Packet): void {
    if (this.#leaving || this.#socket.destroyed) return;
    // A packet counts, not its bytes: one that comes a byte at a time shows no life.
    this.#watchKeepalive();
    if (!isIdentified(packet)) {
      this.#refuse("malformed-packet", mqttReasons.malformedPacket);
      return;
    }
    if (!this.deviceId) {
      if (packet.cmd === "connect") this.#connect(packet);
      else this.#refuse("not-connected", mqttReasons.protocolError);
      return;
    }
    this.#purse.spend({ messages: 1 });
    switch (packet.cmd) {
      case "publish":
        this.#publish(packet, this.deviceId);
        return;
      case "subscribe":
        this.#subscribe(packet, this.deviceId);
        return;
      case "unsubscribe":
        this.#unsubscribe(packet, this.deviceId);
        return;
      case "pingreq":
        this.#send({ cmd: "pingresp" });
        return;
      case "puback":
        this.#commands?.acknowledged(packet.messageId ?? 0, packet.reasonCode ?? 0);
        return;
      case "disconnect":
        this.#leave();
        return;
      default:
        this.#refuse("unexpected-packet", mqttReasons.protocolError);
    }
  }

  #connect(packet: IConnectPacket): void {
    const { protocolVersion } = packet;
    if (protocolVersion !== 4 && protocolVersion !== 5) {
      this.#hub.refused("unsupported-version");
      this.#send({ cmd: "connack", returnCode: 1, sessionPresent: false });
      this.#leave();
      return;
    }
    this.#version = protocolVersion;
    const { clock, limits } = this.#around;
    const refuse = (cause: string, reason: MqttReason): void => {
      this.#hub.refused(cause);
      this.#send(connackPacket(packet, reason, limits));
      this.#leave();
    };
    const refusal = refusalOfConnect(packet);
    if (refusal !== undefined) {
      refuse("unsupported-connect", refusal);
      return;
    }
    const key = packet.password?.toString("utf8") ?? "";
    const deviceId = this.#hub.authenticate(packet.username ?? "", key);
    if (!deviceId) {
      refuse("wrong-key", mqttReasons.badUserNameOrPassword);
      return;
    }
    this.deviceId = deviceId;
    this.#purse = this.#around.purseOf(deviceId);
    this.#keepaliveMs = (packet.keepalive ?? 0) * 1_000;
    this.#peerPacketBytesMax = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.#commands = createCommandOutbox(deviceId, this.#hub.commands, {
      nowMs: () => clock.nowMs(),
      fits: (command) => this.#bytesOf(command).length <= this.#peerPacketBytesMax,
      write: (command) =>
        new Promise((resolve) => {
          this.#socket.write(this.#bytesOf(command), (fault) => resolve(!fault));
        }),
      refused: (cause) => this.#hub.refused(cause),
      failed: (cause) => this.#fail(cause),
    });
    this.#cancelDeadline();
    this.#watchKeepalive();
    this.#around.onDevice(this, deviceId);
    this.#send(connackPacket(packet, mqttReasons.success, limits, deviceId));
  }

  #publish(packet: IPublishPacket, deviceId: AssetId): void {
    const topic = ownTopics.find((name) => packet.topic === topicOf(deviceId, name));
    const refusal = this.#refusalOf(packet, topic !== undefined);
    if (refusal) {
      this.#refuse(...refusal);
    } else if (topic) {
      const { payload } = packet;
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
      void this.#store({ deviceId, topic, payload: bytes }, packet);
    }
  }

  #refusalOf(packet: IPublishPacket, isOwnTopic: boolean): [string, MqttReason] | undefined {
    const refusal = refusalOfPublish(packet);
    if (refusal) return refusal;
    if (!isOwnTopic) return ["wrong-topic", mqttReasons.topicNameInvalid];
    // MQTT 5.0, section 3.3.4: the peer knew the Receive Maximum and went beyond it.
    const { inFlightMax } = this.#around.limits;
    const isBeyond = this.#version === 5 && packet.qos === 1 && this.#unacknowledged >= inFlightMax;
    return isBeyond ? ["receive-maximum", mqttReasons.receiveMaximumExceeded] : undefined;
  }

  /** [IN1] The acknowledgement leaves only after the answer is durable. */
  async #store(
    message: Parameters<IntakePort["receive"]>[0],
    packet: IPublishPacket,
  ): Promise<void> {
    this.#inFlight += 1;
    this.#unacknowledged += packet.qos;
    try {
      this.#answer(packet, await this.#hub.receive(message));
    } catch (cause) {
      this.#fail(cause);
    } finally {
      this.#inFlight -= 1;
      this.#unacknowledged -= packet.qos;
      this.#reader.look();
    }
  }

  #answer(packet: IPublishPacket, answer: IntakeAnswer): void {
    if (answer.kind === "not-permitted") this.#hub.refused("not-permitted");
    if (packet.qos === 0) return;
    if (answer.kind === "not-permitted" && this.#version === 4) {
      // 3.1.1 has no refusal: an acknowledgement would be a lie, so the connection ends without it.
      this.close(mqttReasons.notAuthorized);
      return;
    }
    this.#send(pubackPacket(packet, answer, this.#version));
  }

  #subscribe(packet: ISubscribePacket, deviceId: AssetId): void {
    const own = topicOf(deviceId, "command");
    const identifier = packet.properties?.subscriptionIdentifier;
    const granted = packet.subscriptions.map(({ topic, qos }) => {
      if (topic === own) {
        const grantedQos = qos === 0 ? 0 : 1;
        this.#commands?.subscribe({ qos: grantedQos, identifier });
        return grantedQos;
      }
      this.#hub.refused("wrong-topic-filter");
      return this.#version === 4 ? 0x80 : refusalOfFilter(topic);
    });
    this.#send({ cmd: "suback", messageId: packet.messageId ?? 0, granted });
  }

  #unsubscribe(packet: IUnsubscribePacket, deviceId: AssetId): void {
    const own = topicOf(deviceId, "command");
    if (packet.unsubscriptions.includes(own)) this.#commands?.subscribe(undefined);
    const granted = packet.unsubscriptions.map(() => mqttReasons.success);
    this.#send({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted });
  }

  #refuse(cause: string, reason: MqttReason): void {
    if (this.#leaving || this.#socket.destroyed) return;
    this.#hub.refused(cause);
    this.close(reason);
  }

  /** Of our own making: what the device has sent is not acknowledged, and the connection ends. */
  #fail(cause: unknown): void {
    this.#hub.failed(cause);
    this.close(mqttReasons.unspecified);
  }

  #send(packet: Packet): void {
    if (this.#socket.writable) this.#socket.write(this.#bytesOf(packet));
  }

  #bytesOf(packet: Packet): Buffer {
    return mqtt.generate(packet, { protocolVersion: this.#version });
  }
}

/** Of a packet near the limits: one byte and a length of three. */
const fixedHeaderBytes = 4;

/** The length that the packet under way has announced; the parser keeps it where types do not show. */
function parserPacketLength(parser: Parser): number {
  const { packet } = parser as Parser & { packet?: { length?: number } };
  return packet?.length ?? 0;
}

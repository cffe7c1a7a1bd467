import { topicOf } from "@pista/contracts";
import type { AssetId, EpochMs } from "@pista/kernel";
import type { IPublishPacket } from "mqtt-packet";

/** A command that waits for its device. */
export type Command = {
  /** Rises with each; they go out in this order. */
  readonly id: number;
  readonly payload: Uint8Array;
  readonly expiresAtMs: EpochMs;
  /** It left before, perhaps on another connection, and was not acknowledged. */
  readonly isRepeat: boolean;
};

/** Where commands are kept. What is resolved is durable. */
export interface CommandStore {
  /** The oldest that waits for this device after the given one and has not expired. */
  next(deviceId: AssetId, afterId: number): Promise<Command | undefined>;
  sent(commandId: number): Promise<void>;
  answered(commandId: number, reasonCode: number): Promise<void>;
}

export type CommandSubscription = {
  readonly qos: 0 | 1;
  /** [MQTT 5.0, section 3.3.2.3.8] Told back with every message of the subscription. */
  readonly identifier: number | undefined;
};

/** What the outbox needs of its connection. */
export interface CommandWire {
  nowMs(): EpochMs;
  /** Whether the peer takes a packet of this size (MQTT 5.0, section 3.1.2.11.4). */
  fits(packet: IPublishPacket): boolean;
  /** Resolves with whether it was written: not when the connection is gone. */
  write(packet: IPublishPacket): Promise<boolean>;
  refused(cause: string): void;
  /** The store failed: the connection ends, and the command is sent again on the next. */
  failed(cause: unknown): void;
}

/** The commands of one connected device on their way out. */
export interface CommandOutbox {
  subscribe(subscription: CommandSubscription | undefined): void;
  /** There may be a command. */
  wake(): void;
  acknowledged(messageId: number, reasonCode: number): void;
  close(): void;
}

/**
 * One at a time, in order, the next after the last was acknowledged: no Receive Maximum is less than
 * one, and sixteen commands are few. The packet identifier follows from the command's own, so that a
 * repeat bears the same on every connection (MQTT 5.0, section 4.4).
 */
export const createCommandOutbox = (
  deviceId: AssetId,
  store: CommandStore,
  wire: CommandWire,
): CommandOutbox => new Outbox(deviceId, store, wire);

class Outbox implements CommandOutbox {
  readonly #deviceId: AssetId;
  readonly #store: CommandStore;
  readonly #wire: CommandWire;
  #subscription: CommandSubscription | undefined;
  #unacknowledged: number | undefined;
  #answer: { commandId: number; reasonCode: number } | undefined;
  /** This and those before it are done with, or do not fit this peer. */
  #passedId = 0;
  #isBusy = false;
  #mayBeMore = false;
  #isClosed = false;

  constructor(deviceId: AssetId, store: CommandStore, wire: CommandWire) {
    this.#deviceId = deviceId;
    this.#store = store;
    this.#wire = wire;
  }

  subscribe(subscription: CommandSubscription | undefined): void {
    this.#subscription = subscription;
    if (subscription) this.wake();
  }

  wake(): void {
    this.#mayBeMore = true;
    if (!this.#isBusy) void this.#run();
  }

  acknowledged(messageId: number, reasonCode: number): void {
    const commandId = this.#unacknowledged;
    if (commandId === undefined || messageId !== messageIdOf(commandId)) return;
    this.#answer = { commandId, reasonCode };
    this.wake();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** One errand after another: however often it is woken, the store is asked once at a time. */
  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#mayBeMore) {
        this.#mayBeMore = false;
        if (this.#answer) {
          await this.#store.answered(this.#answer.commandId, this.#answer.reasonCode);
          this.#answer = this.#unacknowledged = undefined;
        }
        await this.#sendNext();
      }
    } catch (cause) {
      this.#wire.failed(cause);
    } finally {
      this.#isBusy = false;
    }
  }

  async #sendNext(): Promise<void> {
    if (this.#isClosed || !this.#subscription || this.#unacknowledged !== undefined) return;
    const command = await this.#store.next(this.#deviceId, this.#passedId);
    // Meanwhile it may have unsubscribed.
    if (!command || !this.#subscription) return;
    const packet = this.#packetOf(command, this.#subscription);
    if (!this.#wire.fits(packet)) {
      // It waits for a connection that takes it, or for its end; those after it do not wait for it.
      this.#wire.refused("command-over-packet-maximum");
      this.#passedId = command.id;
      this.#mayBeMore = true;
      return;
    }
    await this.#store.sent(command.id);
    if (this.#isClosed) return;
    if (packet.qos === 1) this.#unacknowledged = command.id;
    const isWritten = await this.#wire.write(packet);
    // Nobody acknowledges QoS 0: that it was written is all that can be known.
    if (packet.qos === 1 || !isWritten) return;
    await this.#store.answered(command.id, 0);
    this.#mayBeMore = true;
  }

  #packetOf(command: Command, { qos, identifier }: CommandSubscription): IPublishPacket {
    const leftMs = command.expiresAtMs - this.#wire.nowMs();
    return {
      cmd: "publish",
      topic: topicOf(this.#deviceId, "command"),
      payload: Buffer.from(command.payload),
      qos,
      // MQTT 5.0, section 3.3.1.1: QoS 0 knows no repeats.
      dup: qos === 1 && command.isRepeat,
      retain: false,
      ...(qos === 1 ? { messageId: messageIdOf(command.id) } : {}),
      properties: {
        messageExpiryInterval: Math.max(1, Math.ceil(leftMs / 1_000)),
        ...(identifier === undefined ? {} : { subscriptionIdentifier: identifier }),
      },
    };
  }
}

const messageIdOf = (commandId: number): number => (commandId % 65_535) + 1;

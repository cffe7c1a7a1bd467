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
export function createCommandOutbox(
  deviceId: AssetId,
  store: CommandStore,
  wire: CommandWire,
): CommandOutbox {
  let subscription: CommandSubscription | undefined;
  let unacknowledged: number | undefined;
  let answer: { commandId: number; reasonCode: number } | undefined;
  /** This and those before it are done with, or do not fit this peer. */
  let passedId = 0;
  let isBusy = false;
  let mayBeMore = false;
  let isClosed = false;

  const packetOf = (
    command: Command,
    { qos, identifier }: CommandSubscription,
  ): IPublishPacket => ({
    cmd: "publish",
    topic: topicOf(deviceId, "command"),
    payload: Buffer.from(command.payload),
    qos,
    // MQTT 5.0, section 3.3.1.1: QoS 0 knows no repeats.
    dup: qos === 1 && command.isRepeat,
    retain: false,
    ...(qos === 1 ? { messageId: messageIdOf(command.id) } : {}),
    properties: {
      messageExpiryInterval: Math.max(1, Math.ceil((command.expiresAtMs - wire.nowMs()) / 1_000)),
      ...(identifier === undefined ? {} : { subscriptionIdentifier: identifier }),
    },
  });

  const sendNext = async (): Promise<void> => {
    if (isClosed || !subscription || unacknowledged !== undefined) return;
    const command = await store.next(deviceId, passedId);
    // Meanwhile it may have unsubscribed.
    if (!command || !subscription) return;
    const packet = packetOf(command, subscription);
    if (!wire.fits(packet)) {
      // It waits for a connection that takes it, or for its end; those after it do not wait for it.
      wire.refused("command-over-packet-maximum");
      passedId = command.id;
      mayBeMore = true;
      return;
    }
    await store.sent(command.id);
    if (isClosed) return;
    if (packet.qos === 1) unacknowledged = command.id;
    const isWritten = await wire.write(packet);
    // Nobody acknowledges QoS 0: that it was written is all that can be known.
    if (packet.qos === 1 || !isWritten) return;
    await store.answered(command.id, 0);
    mayBeMore = true;
  };

  /** One errand after another: however often it is woken, the store is asked once at a time. */
  const run = async (): Promise<void> => {
    isBusy = true;
    try {
      while (mayBeMore) {
        mayBeMore = false;
        if (answer) {
          await store.answered(answer.commandId, answer.reasonCode);
          answer = unacknowledged = undefined;
        }
        await sendNext();
      }
    } catch (cause) {
      wire.failed(cause);
    } finally {
      isBusy = false;
    }
  };

  const wake = (): void => {
    mayBeMore = true;
    if (!isBusy) void run();
  };

  return {
    wake,
    subscribe(wanted) {
      subscription = wanted;
      if (wanted) wake();
    },
    acknowledged(messageId, reasonCode) {
      if (unacknowledged === undefined || messageId !== messageIdOf(unacknowledged)) return;
      answer = { commandId: unacknowledged, reasonCode };
      wake();
    },
    close() {
      isClosed = true;
    },
  };
}

const messageIdOf = (commandId: number): number => (commandId % 65_535) + 1;

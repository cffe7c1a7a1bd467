import type { Cancel, Clock, Random } from "@pista/kernel";
import { connect, ErrorWithReasonCode, type MqttClient } from "mqtt";
import type { ConnectionRamp } from "./connection-ramp.ts";
import type { PublishOutcome, SensorRadio } from "./sensor.ts";

export type RadioState =
  | { readonly state: "connecting" }
  | { readonly state: "up" }
  /** The hub answered, and the answer was no (MQTT 5.0, section 2.4 lists the codes). */
  | { readonly state: "refused"; readonly reasonCode: number }
  | { readonly state: "unreachable"; readonly cause: Error | undefined };

export type MqttRadioOptions = {
  readonly url: string;
  readonly deviceId: string;
  readonly key: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Shared by all sensors of a city. */
  readonly ramp: ConnectionRamp;
  readonly firstPauseMs?: number;
  readonly onState: (state: RadioState) => void;
  readonly onUp: () => void;
};

/** The pause doubles with every failure in a row, up to this; half of it is left to chance. */
const pauseMsMax = 30_000;
const firstPauseMsUsual = 1_000;
const connectTimeoutMs = 10_000;
/** A thousand sensors that say nothing for minutes should cost next to nothing. */
const keepaliveSeconds = 120;
const lost: PublishOutcome = { kind: "lost" };

/**
 * One sensor's connection to the hub: MQTT 5, clean start, the device's id and key. Each attempt is a
 * client of its own, so that nothing of an old connection (its packet store, its timers) outlives it.
 */
export function openMqttRadio(options: MqttRadioOptions): SensorRadio {
  const { clock, random, ramp, firstPauseMs = firstPauseMsUsual, onState, onUp } = options;
  let client: MqttClient | undefined;
  let isUp = false;
  let isClosed = false;
  let isAwaitingAnswer = false;
  let failures = 0;
  let giveUp = (): void => {};
  let cancelPause: Cancel = () => {};

  const attempt = (): void => {
    let ending: RadioState = { state: "unreachable", cause: undefined };
    const own = beginConnection(options);
    client = own;
    own.on("connect", () => {
      isUp = true;
      failures = 0;
      onState({ state: "up" });
      onUp();
    });
    own.on("error", (cause) => {
      ending = endingOf(cause);
    });
    own.on("disconnect", ({ reasonCode = 0 }) => {
      ending = { state: "refused", reasonCode };
    });
    own.once("close", () => {
      isUp = false;
      giveUp();
      own.end(true);
      if (isClosed) return;
      onState(ending);
      const pauseMs = Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(failures, 16));
      failures++;
      cancelPause = clock.after(pauseMs * random.between(0.5, 1), queue);
    });
  };
  const queue = (): void => {
    cancelPause = ramp.begin(attempt);
  };
  onState({ state: "connecting" });
  queue();

  return {
    publish(topic, payload) {
      const own = client;
      if (!own || !isUp || isClosed) return Promise.resolve(lost);
      return new Promise((resolve) => {
        const settle = (outcome: PublishOutcome): void => {
          isAwaitingAnswer = false;
          resolve(outcome);
        };
        isAwaitingAnswer = true;
        giveUp = () => settle(lost);
        own.publish(topic, Buffer.from(payload), { qos: 1 }, (cause) => settle(outcomeOf(cause)));
      });
    },
    async close() {
      isClosed = true;
      cancelPause();
      // A polite end would wait for an answer that may never come.
      const isPolite = isUp && !isAwaitingAnswer;
      giveUp();
      await client?.endAsync(!isPolite);
    },
  };
}

const beginConnection = ({ url, deviceId, key }: MqttRadioOptions): MqttClient =>
  connect(url, {
    protocolVersion: 5,
    clean: true,
    clientId: deviceId,
    username: deviceId,
    password: key,
    keepalive: keepaliveSeconds,
    connectTimeout: connectTimeoutMs,
    // The library's own reconnection has a fixed period: ours backs off.
    reconnectPeriod: 0,
  });

function outcomeOf(cause: Error | null | undefined): PublishOutcome {
  if (!cause) return { kind: "stored" };
  if (cause instanceof ErrorWithReasonCode) {
    return { kind: "refused", reasonCode: cause.code };
  }
  return lost;
}

const endingOf = (cause: Error): RadioState =>
  cause instanceof ErrorWithReasonCode
    ? { state: "refused", reasonCode: cause.code }
    : { state: "unreachable", cause };

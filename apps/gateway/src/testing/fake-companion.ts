import { monotonicMs } from "@pista/kernel";
import {
  answerTimesync,
  createFrameWriter,
  createSignatureVerifier,
  createSigningClock,
  createStreamReader,
  MavAutopilot,
  MavEstimatorType,
  MavFrame,
  MavType,
  type OutgoingMessage,
  type SigningKey,
  startHeartbeat,
  stepHeartbeat,
} from "@pista/mavlink";
import { systemClock } from "../system-clock.ts";
import type { FakeWire } from "./fake-wire.ts";

/** A camera that tracks its own way and tells it as MAVLink, by a clock of its own. */
export class FakeCompanion {
  /** By our clock. */
  seenAtMs = Number.NEGATIVE_INFINITY;
  isBlind = false;
  readonly #wire: FakeWire;
  readonly #reader;
  readonly #writer;
  /** It was switched on eleven days before. */
  readonly #aheadMs = 1e9;
  #heartbeat = startHeartbeat(
    {
      own: {
        type: MavType.ONBOARD_CONTROLLER,
        autopilot: MavAutopilot.INVALID,
        ...{ baseMode: 0, customMode: 0, systemStatus: 4 },
      },
    },
    monotonicMs(performance.now()),
  );
  #timer: NodeJS.Timeout | undefined;

  constructor(wire: FakeWire, key?: SigningKey) {
    const clock = createSigningClock();
    this.#wire = wire;
    this.#reader = createStreamReader(
      key ? { signing: createSignatureVerifier({ key, clock }) } : {},
    );
    const signing = key && { signing: { key, linkId: 0, clock } };
    this.#writer = createFrameWriter({ systemId: 1, componentId: 191, ...signing });
    wire.listen((bytes) => {
      const atMs = monotonicMs(performance.now() + this.#aheadMs);
      for (const { message, ...from } of this.#reader.read(bytes, systemClock.nowMs())) {
        const answer = message.name === "TIMESYNC" && answerTimesync(message, from, atMs);
        if (answer) this.say(answer);
      }
    });
  }

  /** Beats, and tells what it sees thirty times a second. */
  start(): void {
    this.#timer = setInterval(() => {
      this.beat();
      if (!this.isBlind) this.see();
    }, 33);
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.pause();
    this.#wire.close();
  }

  beat(): void {
    const now = monotonicMs(performance.now());
    const { exchange, send } = stepHeartbeat(this.#heartbeat, { kind: "tick" }, now);
    this.#heartbeat = exchange;
    for (const message of send) this.say(message);
  }

  see(): void {
    this.seenAtMs = performance.now();
    this.say({
      name: "ODOMETRY",
      timeUsec: this.stampUs(),
      frameId: MavFrame.LOCAL_FRD,
      childFrameId: MavFrame.BODY_FRD,
      ...{ x: 5, y: 10, z: 0, q: [1, 0, 0, 0], vx: 0, vy: 0, vz: 0 },
      ...{ rollspeed: 0, pitchspeed: 0, yawspeed: 0 },
      poseCovariance: new Array<number>(21).fill(0.01),
      velocityCovariance: new Array<number>(21).fill(0.01),
      estimatorType: MavEstimatorType.VIO,
    });
  }

  /** Now, by its own clock. */
  stampUs(): bigint {
    return BigInt(Math.round((performance.now() + this.#aheadMs) * 1_000));
  }

  say(message: OutgoingMessage): void {
    this.#wire.send(this.#writer.write(message, systemClock.nowMs()));
  }
}

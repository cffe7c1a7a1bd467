import { type ReportBody, topicOf } from "@pista/contracts";
import type { Clock, Random } from "@pista/kernel";

/** How a report fared on its way to the hub. */
export type PublishOutcome =
  /** The hub answered that it has it. */
  | { readonly kind: "stored" }
  /** The hub answered that it will not have it. */
  | { readonly kind: "refused"; readonly reasonCode: number }
  /** The connection went before an answer came: it may or may not have arrived. */
  | { readonly kind: "lost" };

export interface SensorRadio {
  publish(topic: string, payload: string): Promise<PublishOutcome>;
  close(): Promise<void>;
}

/** Opens a radio that calls back whenever it has a connection. */
export type OpenRadio = (onUp: () => void) => SensorRadio;

/** Two hours of a busy bay. When a longer outage fills it, the oldest report goes. */
const waitingMax = 100;

/**
 * MQTT 5 reason codes that no repetition cures: Topic Name invalid, Packet too large, Payload format
 * invalid (MQTT 5.0, section 2.4).
 */
const hopeless: ReadonlySet<number> = new Set([0x90, 0x95, 0x99]);

/** How long a report waits after the hub refused it for now. */
const refusedPauseMs = 5_000;

/**
 * One bay sensor: it numbers what it sees and sends it one at a time, in order, until the hub has
 * acknowledged it. A report whose acknowledgement was lost is sent again as it was (IN2).
 */
export class Sensor {
  private readonly waiting: ReportBody[] = [];
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly topic: string;
  private readonly epoch: number;
  private readonly radio: SensorRadio;
  private readonly onOutcome: (outcome: PublishOutcome) => void;
  private counter = 0;
  private state: ReportBody["state"] = "free";
  private isSending = false;
  private isClosed = false;
  private lastSeenAtMs: number;
  dropped = 0;

  constructor(options: {
    readonly deviceId: string;
    readonly clock: Clock;
    readonly random: Random;
    readonly openRadio: OpenRadio;
    readonly onOutcome: (outcome: PublishOutcome) => void;
  }) {
    this.clock = options.clock;
    this.random = options.random;
    this.onOutcome = options.onOutcome;
    this.topic = topicOf(options.deviceId, "report");
    // Starts are told apart by the second: a device restarts no faster.
    this.epoch = Math.floor(options.clock.nowMs() / 1_000);
    this.lastSeenAtMs = options.clock.monotonicMs();
    this.radio = options.openRadio(() => this.sendWaiting());
  }

  observe(state: ReportBody["state"]): void {
    this.state = state;
    this.lastSeenAtMs = this.clock.monotonicMs();
    this.counter++;
    this.waiting.push(this.reportNow());
    if (this.waiting.length > waitingMax) {
      this.waiting.shift();
      this.dropped++;
    }
    this.sendWaiting();
  }

  /** Says again what it saw last, if it has been silent for so long. */
  signOfLifeAfter(silenceMs: number): void {
    if (this.counter === 0) return;
    if (this.clock.monotonicMs() - this.lastSeenAtMs >= silenceMs) this.observe(this.state);
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.radio.close();
  }

  private reportNow(): ReportBody {
    return {
      state: this.state,
      observedAt: new Date(this.clock.nowMs()).toISOString(),
      counter: this.counter,
      epoch: this.epoch,
      batteryPct: Math.max(1, 100 - Math.floor(this.counter / 2_000)),
      rssiDbm: Math.round(this.random.normal(-72, 3)),
      temperatureC: Math.round(this.random.normal(18, 1) * 10) / 10,
    };
  }

  private sendWaiting(): void {
    if (this.isSending) return;
    this.isSending = true;
    // A fault here is one of ours: it is thrown on, and ends the process with its reason.
    void this.sendAll().finally(() => {
      this.isSending = false;
    });
  }

  private async sendAll(): Promise<void> {
    for (let report = this.waiting[0]; report && !this.isClosed; report = this.waiting[0]) {
      const outcome = await this.radio.publish(this.topic, JSON.stringify(report));
      this.onOutcome(outcome);
      // The radio calls again when it is back.
      if (outcome.kind === "lost") return;
      if (outcome.kind === "stored" || hopeless.has(outcome.reasonCode)) {
        // The queue may have dropped this very report meanwhile.
        if (this.waiting[0] === report) this.waiting.shift();
        continue;
      }
      this.clock.after(refusedPauseMs, () => this.sendWaiting());
      return;
    }
  }
}

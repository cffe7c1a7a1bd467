import { type ReportBody, topicOf } from "@pista/contracts";
import { type Cancel, type Clock, epochMs, formatRfc3339 } from "@pista/kernel";
import type { Uplink } from "@pista/simulation";

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
  private readonly topic: string;
  /** [IN2] Starts are told apart by it. */
  private epoch: number;
  private readonly radio: SensorRadio;
  private readonly onOutcome: (outcome: PublishOutcome) => void;
  private counter = 0;
  private isSending = false;
  private isClosed = false;
  private readonly late = new Set<Cancel>();
  dropped = 0;

  constructor(options: {
    readonly deviceId: string;
    readonly clock: Clock;
    readonly openRadio: OpenRadio;
    readonly onOutcome: (outcome: PublishOutcome) => void;
  }) {
    this.clock = options.clock;
    this.onOutcome = options.onOutcome;
    this.topic = topicOf(options.deviceId, "report");
    // By the second, so that the next run of this program counts on from it.
    this.epoch = Math.floor(options.clock.nowMs() / 1_000);
    this.radio = options.openRadio(() => this.sendWaiting());
  }

  /** Numbers and dates what it sees; a late report keeps both while it waits for its turn. */
  observe(uplink: Uplink, delayMs: number): void {
    this.counter++;
    const report = this.reportOf(uplink);
    if (delayMs <= 0) {
      this.send(report, uplink.copies);
      return;
    }
    const cancel = this.clock.after(delayMs, () => {
      this.late.delete(cancel);
      this.send(report, uplink.copies);
    });
    this.late.add(cancel);
  }

  /** It forgets how far it had counted, and says so by a new epoch (IN2). */
  restart(): void {
    this.epoch = Math.max(this.epoch + 1, Math.floor(this.clock.nowMs() / 1_000));
    this.counter = 0;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const cancel of this.late) cancel();
    await this.radio.close();
  }

  private reportOf(uplink: Uplink): ReportBody {
    return {
      state: uplink.state,
      observedAt: formatRfc3339(epochMs(this.clock.nowMs() + uplink.clockErrorMs)),
      counter: this.counter,
      epoch: this.epoch,
      batteryPct: uplink.batteryPct,
      rssiDbm: uplink.rssiDbm,
      temperatureC: uplink.temperatureC,
    };
  }

  private send(report: ReportBody, copies: number): void {
    for (let copy = 0; copy < copies; copy++) {
      this.waiting.push(report);
      if (this.waiting.length <= waitingMax) continue;
      this.waiting.shift();
      this.dropped++;
    }
    this.sendWaiting();
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

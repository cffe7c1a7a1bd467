import type { Cancel, Clock } from "@pista/kernel";
import type { Uplink } from "@pista/simulation";
import type { SensorVoice } from "./sensor-voice.ts";

/** How a report fared on its way to the hub. */
export type PublishOutcome =
  /** The hub answered that it has it. */
  | { readonly kind: "stored" }
  /** The hub answered that it will not have it. */
  | { readonly kind: "refused"; readonly reasonCode: number }
  /** The connection went before an answer came: it may or may not have arrived. */
  | { readonly kind: "lost" };

export interface SensorRadio {
  publish(topic: string, payload: Uint8Array): Promise<PublishOutcome>;
  close(): Promise<void>;
}

/** Opens a radio that calls back whenever it has a connection. */
export type OpenRadio = (onUp: () => void) => SensorRadio;

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
  private readonly waiting: Uint8Array[] = [];
  private readonly clock: Clock;
  private readonly voice: SensorVoice;
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
    readonly voice: SensorVoice;
    readonly clock: Clock;
    readonly openRadio: OpenRadio;
    readonly onOutcome: (outcome: PublishOutcome) => void;
  }) {
    this.clock = options.clock;
    this.onOutcome = options.onOutcome;
    this.voice = options.voice;
    // By the second, so that the next run of this program counts on from it.
    this.epoch = Math.floor(options.clock.nowMs() / 1_000);
    this.radio = options.openRadio(() => this.sendWaiting());
  }

  /**
   * Numbers and dates what it sees; a late message keeps both while it waits for its turn. Where
   * messages say neither, what cannot be said once and at once is not said at all.
   */
  observe(uplink: Uplink, delayMs: number): void {
    const { voice, clock, epoch } = this;
    this.counter++;
    const message = voice.write(uplink, { atMs: clock.nowMs(), epoch, counter: this.counter });
    if (delayMs <= 0) {
      this.send(message, voice.isDated ? uplink.copies : 1);
      return;
    }
    if (!voice.isDated) return;
    const cancel = clock.after(delayMs, () => {
      this.late.delete(cancel);
      this.send(message, uplink.copies);
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

  private send(message: Uint8Array, copies: number): void {
    for (let copy = 0; copy < copies; copy++) {
      this.waiting.push(message);
      if (this.waiting.length <= this.voice.waitingMax) continue;
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
    for (let message = this.waiting[0]; message && !this.isClosed; message = this.waiting[0]) {
      const outcome = await this.radio.publish(this.voice.topic, message);
      this.onOutcome(outcome);
      // The radio calls again when it is back.
      if (outcome.kind === "lost") return;
      if (outcome.kind === "stored" || hopeless.has(outcome.reasonCode)) {
        // The queue may have dropped this very message meanwhile.
        if (this.waiting[0] === message) this.waiting.shift();
        continue;
      }
      this.clock.after(refusedPauseMs, () => this.sendWaiting());
      return;
    }
  }
}

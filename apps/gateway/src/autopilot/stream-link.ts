import type { Duplex } from "node:stream";
import type { Cancel, MonotonicMs } from "@pista/kernel";
import type { OutgoingMessage } from "@pista/mavlink";
import { GatewayError } from "../errors.ts";
import { type VehicleLink, type VehicleLinkOptions, vehiclePeer } from "./vehicle-link.ts";

/** From the first attempt to come back to the rarest. */
const retryMsMin = 250;
const retryMsMax = 5_000;
/** A line that is up and says nothing this long may be half open, or its device unplugged. */
const silenceMsMax = 5_000;
/** [LG5] About a tenth of a second at 115,200 baud; what does not fit behind it is old when it goes. */
const waitingBytesMax = 1_024;

/** How a line is opened: once each time, by whoever knows what it is made of. */
export type Dial = () => Promise<Duplex>;

export type StreamLinkOptions = VehicleLinkOptions & {
  /** As it was given, for people. */
  readonly address: string;
  readonly dial: Dial;
};

type Line =
  | { readonly state: "closed" }
  | { readonly state: "dialling" }
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | { readonly state: "up"; readonly stream: Duplex; heardAtMs: MonotonicMs };

/** MAVLink over a line that is dialled: it comes up when it can, and again after it broke. */
export class StreamLink implements VehicleLink {
  readonly #options: StreamLinkOptions;
  #line: Line = { state: "closed" };
  #retryMs = retryMsMin;
  #isCongested = false;

  constructor(options: StreamLinkOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    this.#dial();
    return Promise.resolve();
  }

  get refusedFrames(): number {
    return this.#options.codec.refusedFrames;
  }

  send(message: OutgoingMessage, componentId?: number): void {
    const line = this.#line;
    if (line.state !== "up") return;
    const { clock, codec, onBytes } = this.#options;
    if (clock.monotonicMs() - line.heardAtMs > silenceMsMax) {
      line.stream.destroy(new Error("nothing was heard"));
      return;
    }
    const isCongested = line.stream.writableLength > waitingBytesMax;
    if (isCongested && !this.#isCongested) this.#fault(new Error("the line does not take more"));
    this.#isCongested = isCongested;
    if (isCongested) return;
    const bytes = codec.write(message, componentId);
    onBytes("sent", bytes, clock.monotonicMs());
    line.stream.write(bytes);
  }

  close(): void {
    const line = this.#line;
    this.#line = { state: "closed" };
    if (line.state === "waiting") line.cancel();
    if (line.state === "up") line.stream.destroy();
  }

  #dial(): void {
    const dialling: Line = { state: "dialling" };
    this.#line = dialling;
    this.#options.dial().then(
      (stream) => {
        // Closed meanwhile.
        if (this.#line === dialling) this.#rise(stream);
        else stream.destroy();
      },
      (cause: unknown) => {
        if (this.#line === dialling) this.#dialLater(cause);
      },
    );
  }

  #rise(stream: Duplex): void {
    const { clock, codec, isOurs, onBytes, onFrame } = this.#options;
    const up: Line = { state: "up", stream, heardAtMs: clock.monotonicMs() };
    this.#line = up;
    let cause: unknown = new Error("the other end closed it");
    stream.on("data", (bytes: Uint8Array) => {
      const atMs = clock.monotonicMs();
      onBytes("received", bytes, atMs);
      const frames = codec.read(bytes);
      if (frames.length > 0) {
        up.heardAtMs = atMs;
        this.#retryMs = retryMsMin;
      }
      for (const frame of frames) if (isOurs(frame)) onFrame(frame, atMs);
    });
    stream.on("error", (error) => {
      cause = error;
    });
    stream.on("end", () => stream.destroy());
    stream.on("close", () => {
      if (this.#line === up) this.#dialLater(cause);
    });
  }

  /** A line that opens and then says nothing is tried ever more rarely too. */
  #dialLater(cause: unknown): void {
    this.#fault(cause);
    const cancel = this.#options.clock.after(this.#retryMs, () => this.#dial());
    this.#line = { state: "waiting", cancel };
    this.#retryMs = Math.min(2 * this.#retryMs, retryMsMax);
  }

  #fault(cause: unknown): void {
    const { address, peer = vehiclePeer } = this.#options;
    const message = `The line to the ${peer.name}, ${address}, failed.`;
    this.#options.onFault(new GatewayError("VEHICLE_SOCKET_FAILED", message, { cause }));
  }
}

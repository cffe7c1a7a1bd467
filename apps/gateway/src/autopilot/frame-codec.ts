import type { Clock, EpochMs } from "@pista/kernel";
import {
  type Address,
  createDatagramReader,
  createFrameWriter,
  createSignatureVerifier,
  createStreamReader,
  type FrameReader,
  type FrameWriter,
  type MavlinkFrame,
  type OutgoingMessage,
  type SignatureCounters,
  type SigningClock,
  type SigningKey,
} from "@pista/mavlink";

/** One link of one gateway, so one link id (MAVLink guide, "Message Signing"). */
const linkId = 0;
/** Refused frames come in floods; a person is told this often. */
const tellRefusedMs = 10_000;

export type CodecOptions = {
  readonly self: Address;
  readonly clock: Clock;
  readonly cut: "datagrams" | "stream";
  /** With it every frame out is signed, and a frame in that is not is refused. */
  readonly signing: { readonly key: SigningKey; readonly clock: SigningClock } | undefined;
  readonly onRefused: (counters: Readonly<SignatureCounters>) => void;
};

/** Frames to bytes and back, signed where there is a key. */
export class FrameCodec {
  readonly #options: CodecOptions;
  readonly #reader: FrameReader;
  /** One for each component that we are. */
  readonly #writers = new Map<number, FrameWriter>();
  readonly #refused: () => Readonly<SignatureCounters> | undefined;
  #toldRefused = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: CodecOptions) {
    this.#options = options;
    const { signing, cut } = options;
    const verifier = signing && createSignatureVerifier(signing);
    this.#refused = () => verifier?.counters;
    const create = cut === "stream" ? createStreamReader : createDatagramReader;
    this.#reader = create(verifier ? { signing: verifier } : {});
  }

  /** Frames since the start that our key did not sign; 0 where there is no key. */
  get refusedFrames(): number {
    return this.#reader.counters.refusedBySigning;
  }

  read(bytes: Uint8Array): MavlinkFrame[] {
    const nowMs = this.#options.clock.nowMs();
    const frames = this.#reader.read(bytes, nowMs);
    this.#tellRefused(nowMs);
    return frames;
  }

  write(message: OutgoingMessage, componentId = this.#options.self.componentId): Uint8Array {
    return this.#writerOf(componentId).write(message, this.#options.clock.nowMs());
  }

  #writerOf(componentId: number): FrameWriter {
    const { self, signing } = this.#options;
    const known = this.#writers.get(componentId);
    if (known) return known;
    const signed = signing && { signing: { ...signing, linkId } };
    const writer = createFrameWriter({ ...self, componentId, ...signed });
    this.#writers.set(componentId, writer);
    return writer;
  }

  #tellRefused(nowMs: EpochMs): void {
    const { refusedBySigning } = this.#reader.counters;
    const counters = this.#refused();
    if (!counters || refusedBySigning === this.#toldRefused) return;
    if (nowMs - this.#toldAtMs < tellRefusedMs) return;
    this.#toldRefused = refusedBySigning;
    this.#toldAtMs = nowMs;
    this.#options.onRefused(counters);
  }
}

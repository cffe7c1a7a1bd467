import { type Clock, fail, ok, type Result } from "@pista/kernel";
import { HubError } from "../errors.ts";
import { type CodecFault, failureFault } from "./codec-fault.ts";
import type { CodecLimits } from "./codec-limits.ts";
import { type DecodedPayload, readCodecOutput } from "./codec-output.ts";
import type { CodecPlaces, Place, PlaceHolder } from "./codec-places.ts";
import type { CodecInput } from "./codec-protocol.ts";
import { type CodecThread, startCodecThread, type ThreadAnswer } from "./codec-thread.ts";

export type Decoding = Result<DecodedPayload, CodecFault>;

type Job = {
  readonly input: CodecInput;
  resolve(decoding: Decoding): void;
  reject(cause: unknown): void;
};

/** What a runner asks of whoever keeps all of them. */
export type RunnerPort = {
  readonly clock: Clock;
  readonly limits: CodecLimits;
  readonly places: CodecPlaces;
  killed(fault: CodecFault): void;
};

/** [IN7] One codec: its thread, what waits for it, and how often it had to be killed. */
export class CodecRunner implements PlaceHolder {
  readonly owner: string;
  readonly #port: RunnerPort;
  readonly #source: string;
  #queue: Job[] = [];
  #roomSeekers: (() => void)[] = [];
  #place: Place | undefined;
  #turnEndsAtMs = 0;
  #thread: CodecThread | undefined;
  #working: Promise<void> | undefined;
  #killedAtMs: number[] = [];
  #refusedUntilMs = 0;
  /** Why the source cannot be read: it never changes, so it is not read again. */
  #unreadable: CodecFault | undefined;
  kills = 0;
  lastUsedAtMs = 0;

  constructor(port: RunnerPort, { owner, source }: { owner: string; source: string }) {
    this.#port = port;
    this.owner = owner;
    this.#source = source;
  }

  decode(input: CodecInput): Promise<Decoding> {
    if (this.isRefused()) return Promise.resolve(refused);
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  isFull(): boolean {
    return this.#queue.length >= this.#port.limits.queueMax;
  }

  whenRoom(run: () => void): void {
    this.#roomSeekers.push(run);
  }

  isRefused(): boolean {
    return this.#port.clock.monotonicMs() < this.#refusedUntilMs;
  }

  isIdle(): boolean {
    return this.#thread !== undefined && this.#working === undefined;
  }

  async endThread(): Promise<void> {
    const [thread, place] = [this.#thread, this.#place];
    this.#thread = undefined;
    this.#place = undefined;
    await thread?.end();
    if (place) this.#port.places.leave(place);
  }

  /** Answers nothing of what waits, lets what runs come to its end, and ends the thread. */
  async close(): Promise<void> {
    const cause = new HubError("HUB_CODECS_CLOSED", "The hub closes its codecs.");
    for (const { reject } of this.#queue.splice(0)) reject(cause);
    await this.#working;
    await this.endThread();
  }

  async #work(): Promise<void> {
    const { clock, places } = this.#port;
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      await this.#answer(job);
      this.#tellRoom();
      this.lastUsedAtMs = clock.monotonicMs();
      const isTurnOver = this.lastUsedAtMs >= this.#turnEndsAtMs;
      if (isTurnOver && places.isWanted(this.owner)) await this.endThread();
    }
    this.#working = undefined;
    places.look();
  }

  async #answer({ input, resolve, reject }: Job): Promise<void> {
    try {
      resolve(await this.#tryTwice(input));
    } catch (cause) {
      await this.endThread();
      reject(cause);
    }
  }

  /** As many as there is room for, so that not all of them fill it at once; all when nothing waits. */
  #tellRoom(): void {
    const room = this.#port.limits.queueMax - this.#queue.length;
    const count = this.#queue.length === 0 ? this.#roomSeekers.length : room;
    for (const run of this.#roomSeekers.splice(0, count)) run();
  }

  /** A machine with too much to do makes a good codec late as well: it gets a second time. */
  async #tryTwice(input: CodecInput): Promise<Decoding> {
    if (this.isRefused()) return refused;
    const first = await this.#decode(input);
    if (first.ok || first.fault.kind !== "codec-killed" || this.isRefused()) return first;
    const second = await this.#decode(input);
    // It had the time after all: the owner's account keeps the kill, and the codec is not refused for it.
    if (second.ok) this.#killedAtMs.pop();
    return second;
  }

  async #decode(input: CodecInput): Promise<Decoding> {
    const started = this.#thread ? ok(this.#thread) : await this.#start();
    if (!started.ok) return started;
    const { decodeMs } = this.#port.limits;
    const answer = await started.value.ask({ kind: "decode", input }, decodeMs);
    if (answer.kind === "returned") return readCodecOutput(answer.json);
    if (answer.kind === "failed") return fail(failureFault(answer.cause, answer.detail));
    return this.#kill(answer);
  }

  async #start(): Promise<Result<CodecThread, CodecFault>> {
    if (this.#unreadable) return fail(this.#unreadable);
    const { clock, limits, places } = this.#port;
    this.#place = await places.take(this);
    this.#turnEndsAtMs = clock.monotonicMs() + limits.turnMs;
    const { thread, answer } = await startCodecThread(clock, limits.startMs);
    this.#thread = thread;
    if (answer.kind !== "ready") {
      // None of the vendor's code has run yet: the hub itself could not, and owes the answer.
      const cause = answer.kind === "died" ? answer.cause : undefined;
      const message = "The hub could not start a codec's thread.";
      throw new HubError("HUB_CODEC_NOT_STARTED", message, { cause });
    }
    const loaded = await thread.ask({ kind: "load", source: this.#source }, limits.decodeMs);
    if (loaded.kind === "loaded") return ok(thread);
    if (loaded.kind !== "failed") return this.#kill(loaded);
    this.#unreadable = failureFault(loaded.cause, loaded.detail);
    await this.endThread();
    return fail(this.#unreadable);
  }

  /** [IN7] The next payload gets a new engine; too many kills and there is none for a while. */
  async #kill(answer: ThreadAnswer): Promise<Result<never, CodecFault>> {
    const { clock, limits } = this.#port;
    const fault = killFault(answer, limits);
    const nowMs = clock.monotonicMs();
    this.kills += 1;
    this.#killedAtMs = [
      ...this.#killedAtMs.filter((at) => nowMs - at < limits.killWindowMs),
      nowMs,
    ];
    if (this.#killedAtMs.length >= limits.killsMax) {
      this.#killedAtMs = [];
      this.#refusedUntilMs = nowMs + limits.refusedMs;
    }
    this.#port.killed(fault);
    await this.endThread();
    return fail(fault);
  }
}

function killFault(answer: ThreadAnswer, { decodeMs }: CodecLimits): CodecFault {
  if (answer.kind === "late") {
    return { kind: "codec-killed", detail: `the codec took more than ${decodeMs} ms` };
  }
  const detail =
    answer.kind === "broken" ? `the codec broke: ${answer.detail}` : "the codec's thread ended";
  return { kind: "codec-broken", detail };
}

const refused = fail<CodecFault>({
  kind: "codec-refused",
  detail: "the codec was killed too often and is refused for a while",
});

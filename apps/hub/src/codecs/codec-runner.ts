import { assertNever, type Clock, fail, ok, type Result } from "@pista/kernel";
import { type CodecFault, failureFault } from "./codec-fault.ts";
import type { CodecLimits } from "./codec-limits.ts";
import { type DecodedPayload, readCodecOutput } from "./codec-output.ts";
import type { CodecInput } from "./codec-protocol.ts";
import { type CodecThread, startCodecThread, type ThreadAnswer } from "./codec-thread.ts";

export type Decoding = Result<DecodedPayload, CodecFault>;

type Job = { readonly input: CodecInput; readonly resolve: (decoding: Decoding) => void };

/** What a runner asks of whoever keeps all of them. */
export type RunnerPort = {
  readonly clock: Clock;
  readonly limits: CodecLimits;
  /** Makes room for one more thread; false when every thread is at work. */
  makeRoom(): Promise<boolean>;
  killed(fault: CodecFault): void;
};

/** [IN7] One codec: its thread, what waits for it, and how often it had to be killed. */
export class CodecRunner {
  readonly #port: RunnerPort;
  readonly #source: string;
  #queue: Job[] = [];
  #thread: CodecThread | undefined;
  #working: Promise<void> | undefined;
  #killedAtMs: number[] = [];
  #refusedUntilMs = 0;
  /** Why the source cannot be read: it never changes, so it is not read again. */
  #unreadable: CodecFault | undefined;
  #isStarting = false;
  kills = 0;
  lastUsedAtMs = 0;

  constructor(port: RunnerPort, source: string) {
    this.#port = port;
    this.#source = source;
  }

  decode(input: CodecInput): Promise<Decoding> {
    if (this.isRefused()) return Promise.resolve(refused);
    if (this.#queue.length >= this.#port.limits.queueMax) return Promise.resolve(busy);
    return new Promise((resolve) => {
      this.#queue.push({ input, resolve });
      this.#working ??= this.#work();
    });
  }

  isRefused(): boolean {
    return this.#port.clock.monotonicMs() < this.#refusedUntilMs;
  }

  hasThread(): boolean {
    return this.#isStarting || this.#thread !== undefined;
  }

  isIdle(): boolean {
    return this.#working === undefined;
  }

  async endThread(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end();
  }

  /** Answers what waits, lets what runs come to its end, and ends the thread. */
  async close(): Promise<void> {
    for (const { resolve } of this.#queue.splice(0)) resolve(busy);
    await this.#working;
    await this.endThread();
  }

  async #work(): Promise<void> {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      job.resolve(await this.#tryTwice(job.input));
      this.lastUsedAtMs = this.#port.clock.monotonicMs();
    }
    this.#working = undefined;
  }

  /** A machine with too much to do makes a good codec late as well: it gets a second time. */
  async #tryTwice(input: CodecInput): Promise<Decoding> {
    if (this.isRefused()) return refused;
    const first = await this.#decode(input);
    const wasLate = !first.ok && first.fault.kind === "codec-killed";
    return wasLate && !this.isRefused() ? this.#decode(input) : first;
  }

  async #decode(input: CodecInput): Promise<Decoding> {
    const started = this.#thread ? ok(this.#thread) : await this.#start();
    if (!started.ok) return started;
    const { decodeMs } = this.#port.limits;
    return this.#judge(await started.value.ask({ kind: "decode", input }, decodeMs));
  }

  async #start(): Promise<Result<CodecThread, CodecFault>> {
    if (this.#unreadable) return fail(this.#unreadable);
    const { clock, limits } = this.#port;
    // Counted from here on, so that two that start at once do not take one place.
    this.#isStarting = true;
    const hasRoom = await this.#port.makeRoom();
    const started = hasRoom ? await startCodecThread(clock, limits.startMs) : undefined;
    this.#isStarting = false;
    if (!started) return busy;
    const { thread, answer } = started;
    this.#thread = thread;
    if (answer.kind !== "ready") {
      // None of the vendor's code has run yet, so it is not to blame.
      await this.endThread();
      return fail({ kind: "codec-not-started", detail: "the hub could not start the codec" });
    }
    const loaded = await thread.ask({ kind: "load", source: this.#source }, limits.decodeMs);
    if (loaded.kind === "loaded") return ok(thread);
    const judged = await this.#judge(loaded);
    await this.endThread();
    if (judged.ok) return busy;
    if (loaded.kind === "failed") this.#unreadable = judged.fault;
    return judged;
  }

  async #judge(answer: ThreadAnswer): Promise<Decoding> {
    switch (answer.kind) {
      case "returned":
        return readCodecOutput(answer.json);
      case "failed":
        return fail(failureFault(answer.cause, answer.detail));
      case "late":
        return this.#kill({
          kind: "codec-killed",
          detail: `the codec took more than ${this.#port.limits.decodeMs} ms`,
        });
      case "broken":
        return this.#kill({ kind: "codec-broken", detail: `the codec broke: ${answer.detail}` });
      case "died":
      case "ready":
      case "loaded":
        return this.#kill({ kind: "codec-broken", detail: "the codec's thread ended" });
      default:
        return assertNever(answer, "An answer of a codec's thread");
    }
  }

  /** [IN7] The next payload gets a new engine; too many kills and there is none for a while. */
  async #kill(fault: CodecFault): Promise<Decoding> {
    const { clock, limits } = this.#port;
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

const refused = fail<CodecFault>({
  kind: "codec-refused",
  detail: "the codec was killed too often and is refused for a while",
});
const busy = fail<CodecFault>({ kind: "codec-busy", detail: "too much waits for the codec" });

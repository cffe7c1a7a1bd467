import { Worker } from "node:worker_threads";
import type { Cancel, Clock } from "@pista/kernel";
import type { CodecReply, CodecRequest } from "./codec-protocol.ts";

/** What became of a request: the thread's reply, or the end of the thread. */
export type ThreadAnswer =
  | CodecReply
  /** No answer within the time; whoever asked ends the thread. */
  | { readonly kind: "late" }
  | { readonly kind: "died"; readonly cause: unknown };

/** A thread with one engine in it, for one codec. */
export interface CodecThread {
  /** One request at a time. */
  ask(request: CodecRequest, withinMs: number): Promise<ThreadAnswer>;
  /** Cuts it off, also in the middle of a loop. */
  end(): Promise<void>;
}

/** Node's own heap of the thread; the codec's lies in WebAssembly's memory. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 } as const;

/** Starts a thread and resolves when its engine is there; no vendor's code has run by then. */
export async function startCodecThread(
  clock: Clock,
  withinMs: number,
): Promise<{ readonly thread: CodecThread; readonly answer: ThreadAnswer }> {
  const worker = new Worker(new URL("./codec-worker-entry.js", import.meta.url), {
    argv: [new URL("./codec-worker.ts", import.meta.url).href],
    // A codec that breaks out of its engine finds no settings here.
    env: {},
    resourceLimits,
  });
  // An idle codec is no reason to go on living.
  worker.unref();
  let settle: ((answer: ThreadAnswer) => void) | undefined;
  let death: ThreadAnswer | undefined;
  const tell = (answer: ThreadAnswer): void => {
    settle?.(answer);
    settle = undefined;
  };
  const die = (cause: unknown): void => {
    death ??= { kind: "died", cause };
    tell(death);
  };
  worker.on("message", (reply: CodecReply) => tell(reply));
  worker.on("error", die);
  worker.on("exit", (code) => die(new Error(`The codec's thread ended with code ${code}.`)));

  const hear = (waitMs: number): Promise<ThreadAnswer> =>
    new Promise((resolve) => {
      if (death) return resolve(death);
      let cancel: Cancel = () => {};
      settle = (answer) => {
        cancel();
        resolve(answer);
      };
      // When it was this thread that had no time, the answer lies waiting: one more turn reads it.
      const isLate = (): void => tell({ kind: "late" });
      cancel = clock.after(waitMs, () => {
        cancel = clock.after(1, isLate);
      });
    });
  const thread: CodecThread = {
    ask(request, waitMs) {
      const answer = hear(waitMs);
      worker.postMessage(request);
      return answer;
    },
    async end() {
      await worker.terminate();
    },
  };
  // It is asked rather than left to tell, for after its modules are there the thread is busy with
  // itself for another tenth of a second, which is not the codec's time.
  return { thread, answer: await thread.ask({ kind: "open" }, withinMs) };
}

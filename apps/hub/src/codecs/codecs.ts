import type { Clock } from "@pista/kernel";
import type { CodecFault } from "./codec-fault.ts";
import { type CodecLimits, codecLimits } from "./codec-limits.ts";
import type { CodecInput } from "./codec-protocol.ts";
import { CodecRunner, type Decoding } from "./codec-runner.ts";

/** A vendor's JavaScript under the id of its model. A model's source never changes. */
export type Codec = { readonly id: string; readonly source: string };

/** [IN7] Every codec in a thread of its own: what one does, the others do not feel. */
export interface Codecs {
  /** Resolves to the decoded data or to why there are none; never rejects for what a codec does. */
  decode(codec: Codec, input: CodecInput): Promise<Decoding>;
  standing(codecId: string): { readonly kills: number; readonly isRefused: boolean };
  close(): Promise<void>;
}

export function createCodecs(
  clock: Clock,
  options: {
    limits?: Partial<CodecLimits>;
    killed?: (codecId: string, fault: CodecFault) => void;
  } = {},
): Codecs {
  const limits = { ...codecLimits, ...options.limits };
  const runners = new Map<string, CodecRunner>();

  const makeRoom = async (): Promise<boolean> => {
    const alive = [...runners.values()].filter((runner) => runner.hasThread());
    // Whoever asks is among them already.
    if (alive.length <= limits.threadsMax) return true;
    const [longestIdle] = alive
      .filter((runner) => runner.isIdle())
      .sort((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
    await longestIdle?.endThread();
    return longestIdle !== undefined;
  };
  const runnerOf = ({ id, source }: Codec): CodecRunner => {
    const known = runners.get(id);
    if (known) return known;
    const killed = (fault: CodecFault): void => options.killed?.(id, fault);
    const made = new CodecRunner({ clock, limits, makeRoom, killed }, source);
    runners.set(id, made);
    return made;
  };
  return {
    decode: (codec, input) => runnerOf(codec).decode(input),
    standing(codecId) {
      const runner = runners.get(codecId);
      return { kills: runner?.kills ?? 0, isRefused: runner?.isRefused() ?? false };
    },
    async close() {
      await Promise.all([...runners.values()].map((runner) => runner.close()));
    },
  };
}

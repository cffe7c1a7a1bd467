import type { Clock } from "@pista/kernel";
import type { CodecFault } from "./codec-fault.ts";
import { type CodecLimits, codecLimits } from "./codec-limits.ts";
import { CodecPlaces } from "./codec-places.ts";
import type { CodecInput } from "./codec-protocol.ts";
import { CodecRunner, type Decoding } from "./codec-runner.ts";

/** A vendor's JavaScript under the id of its model. A model's source and owner never change. */
export type Codec = { readonly id: string; readonly owner: string; readonly source: string };

/** [IN7] Every codec in a thread of its own: what one does, the others do not feel. */
export interface Codecs {
  /**
   * Resolves to the decoded data or to what is the matter with the codec; rejects when the hub could
   * not run it, and then nothing is known of the payload.
   */
  decode(codec: Codec, input: CodecInput): Promise<Decoding>;
  /** [IN5] True while so much waits for this codec that whoever feeds it should stop reading. */
  isFull(codecId: string): boolean;
  /** Calls back, once, when there is room again. */
  whenRoom(codecId: string, run: () => void): void;
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

  const places = new CodecPlaces(clock, limits);
  const runnerOf = (codec: Codec): CodecRunner => {
    const known = runners.get(codec.id);
    if (known) return known;
    const killed = (fault: CodecFault): void => {
      places.charge(codec.owner);
      options.killed?.(codec.id, fault);
    };
    const made = new CodecRunner({ clock, limits, places, killed }, codec);
    runners.set(codec.id, made);
    return made;
  };
  return {
    decode: (codec, input) => runnerOf(codec).decode(input),
    isFull: (codecId) => runners.get(codecId)?.isFull() ?? false,
    whenRoom(codecId, run) {
      const runner = runners.get(codecId);
      if (runner) runner.whenRoom(run);
      else run();
    },
    standing(codecId) {
      const runner = runners.get(codecId);
      return { kills: runner?.kills ?? 0, isRefused: runner?.isRefused() ?? false };
    },
    async close() {
      places.close();
      await Promise.all([...runners.values()].map((runner) => runner.close()));
    },
  };
}

/** Stores a batch; resolved means that every entry of it is durable (IN1). */
export type StoreBatch<Entry> = (batch: readonly Entry[]) => Promise<void>;

export interface GroupCommit<Entry> {
  /**
   * Resolves once the entry is durable, rejects when its batch could not be stored. While a batch is
   * written the next one forms, so that batches grow with the load and a lone report waits for nobody.
   */
  add(entry: Entry): Promise<void>;
  /** True while so much waits that whoever feeds it should stop reading (IN5). */
  isFull(): boolean;
  /** Calls back, once, when there is room again. */
  whenRoom(run: () => void): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

export type GroupCommitLimits = { readonly batchMax: number; readonly waitingMax: number };

export const groupCommitLimits: GroupCommitLimits = { batchMax: 1_000, waitingMax: 4_000 };

/**
 * A batch costs the store about a millisecond, whatever is in it. So where one held more than a few and
 * the next would be small, that one is given a moment to form; a lone report still waits for nobody.
 */
export type Gathering = {
  readonly afterBatchOver: number;
  readonly untilWaiting: number;
  readonly ms: number;
};

/**
 * At 1,000 reports a second a batch then holds five and not one or two, and the store is busy for a
 * fifth of the time and not for most of it: who floods finds room without taking it from others (IN5).
 */
const groupCommitGathering: Gathering = { afterBatchOver: 1, untilWaiting: 200, ms: 4 };

type Waiting<Entry> = { entry: Entry; resolve: () => void; reject: (cause: unknown) => void };

export function createGroupCommit<Entry>(
  store: StoreBatch<Entry>,
  options: {
    limits?: GroupCommitLimits;
    /** Whether the store refused what it was given, rather than failed itself. */
    isRefusal?: (cause: unknown) => boolean;
    gathering?: Gathering;
    /** Lets time pass; without it nothing is gathered. */
    pause?: (ms: number) => Promise<void>;
  } = {},
): GroupCommit<Entry> {
  const { limits = groupCommitLimits, gathering = groupCommitGathering, pause } = options;
  const { isRefusal = () => false } = options;
  let waiting: Waiting<Entry>[] = [];
  let writing: Promise<void> | undefined;
  const roomSeekers: (() => void)[] = [];

  const write = async (batch: readonly Waiting<Entry>[]): Promise<void> => {
    try {
      await store(batch.map(({ entry }) => entry));
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      if (batch.length > 1 && isRefusal(cause)) {
        // [IN5] One entry that the store cannot take must not keep the others from it.
        const middle = Math.ceil(batch.length / 2);
        await write(batch.slice(0, middle));
        await write(batch.slice(middle));
      } else for (const { reject } of batch) reject(cause);
    }
  };

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limits.batchMax);
      waiting = waiting.slice(limits.batchMax);
      await write(batch);
      if (waiting.length < limits.waitingMax) for (const run of roomSeekers.splice(0)) run();
      const { afterBatchOver, untilWaiting, ms } = gathering;
      if (batch.length > afterBatchOver && waiting.length < untilWaiting) await pause?.(ms);
    }
    writing = undefined;
  };

  return {
    add(entry) {
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        // A turn later, so that what one read of a socket brings goes in one batch.
        writing ??= Promise.resolve().then(writeAll);
      });
    },
    isFull: () => waiting.length >= limits.waitingMax,
    whenRoom: (run) => roomSeekers.push(run),
    idle: async () => {
      while (writing) await writing;
    },
  };
}

import { describe, expect, test } from "vitest";
import { createGroupCommit } from "./group-commit.ts";

/** A store that writes each batch when the test lets it. */
function createHeldStore() {
  const batches: (readonly number[])[] = [];
  const waiting: { resolve: () => void; reject: (cause: unknown) => void }[] = [];
  return {
    batches,
    store: (batch: readonly number[]) =>
      new Promise<void>((resolve, reject) => {
        batches.push(batch);
        waiting.push({ resolve, reject });
      }),
    finish: () => waiting.shift()?.resolve(),
    fail: (cause: unknown) => waiting.shift()?.reject(cause),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("group commit", () => {
  test("[IN1] nobody is told before the store is done", async () => {
    const held = createHeldStore();
    const commit = createGroupCommit(held.store);
    let isTold = false;
    const added = commit.add(1).then(() => {
      isTold = true;
    });
    await turn();
    expect([held.batches, isTold]).toEqual([[[1]], false]);
    held.finish();
    await added;
  });

  test("after a batch of more than one the next is given a moment; a lone entry never waits", async () => {
    const sizes: number[] = [];
    let resume = (): void => {};
    const commit = createGroupCommit<number>(async (batch) => void sizes.push(batch.length), {
      pause: () => new Promise((resolve) => (resume = resolve)),
    });
    const add = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, entry) => commit.add(entry)));
    for (let times = 0; times < 2; times++) await add(1);
    expect(sizes).toEqual([1, 1]);
    await add(2);
    const gathered = [add(1), turn().then(() => add(2))];
    await turn();
    await turn();
    expect(sizes).toEqual([1, 1, 2]);
    resume();
    await Promise.all(gathered);
    expect(sizes).toEqual([1, 1, 2, 3]);
    resume();
    await turn();
    // So much waits after these that nothing is gained by waiting for more.
    await Promise.all([add(1_000), add(300)]);
    expect(sizes.slice(4)).toEqual([1_000, 300]);
  });

  test("while one batch is written the next one forms, and no batch is larger than its limit", async () => {
    const held = createHeldStore();
    const limits = { batchMax: 3, waitingMax: 4 };
    const commit = createGroupCommit(held.store, { limits });
    const first = commit.add(0);
    await turn();
    const rest = [1, 2, 3, 4].map((entry) => commit.add(entry));
    expect(commit.isFull()).toBe(true);
    let hasRoom = false;
    commit.whenRoom(() => {
      hasRoom = true;
    });
    held.finish();
    await first;
    await turn();
    expect([held.batches, hasRoom]).toEqual([[[0], [1, 2, 3]], false]);
    held.finish();
    await turn();
    expect(hasRoom).toBe(true);
    held.finish();
    await Promise.all(rest);
    await commit.idle();
    expect(held.batches).toEqual([[0], [1, 2, 3], [4]]);
  });

  test("[IN1] a store that fails is told to everyone in the batch, and the next is tried", async () => {
    const held = createHeldStore();
    const commit = createGroupCommit(held.store);
    const lost = Promise.allSettled([commit.add(1), commit.add(2)]);
    await turn();
    held.fail(new Error("disk"));
    expect((await lost).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const next = commit.add(3);
    await turn();
    held.finish();
    await next;
  });

  test("[IN5] one entry that the store refuses takes no other with it", async () => {
    const stored: number[] = [];
    const refusal = new Error("out of range");
    const commit = createGroupCommit<number>(
      async (batch) => {
        if (batch.includes(13)) throw refusal;
        stored.push(...batch);
      },
      { isRefusal: (cause) => cause === refusal },
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => commit.add(index)),
    );
    const rejected = outcomes.flatMap(({ status }, index) =>
      status === "rejected" ? [index] : [],
    );
    expect(rejected).toEqual([13]);
    expect(stored).toHaveLength(99);
  });
});

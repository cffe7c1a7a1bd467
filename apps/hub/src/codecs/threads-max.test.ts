import { expect, test, vi } from "vitest";
import { systemClock } from "../system-clock.ts";
import { createCodecs } from "./codecs.ts";

const threads = vi.hoisted(() => ({ alive: 0, most: 0 }));
vi.mock(import("./codec-thread.ts"), async (importActual) => {
  const { startCodecThread } = await importActual();
  return {
    async startCodecThread(clock, withinMs) {
      threads.alive += 1;
      threads.most = Math.max(threads.most, threads.alive);
      const { thread, answer } = await startCodecThread(clock, withinMs);
      const end = async (): Promise<void> => {
        await thread.end();
        threads.alive -= 1;
      };
      return { answer, thread: { ask: thread.ask, end } };
    },
  };
});

test("[IN1] [IN7] codecs whose first payloads come together: all are read, in so many threads", async () => {
  const codecs = createCodecs(systemClock, { limits: { threadsMax: 2 } });
  const source = "function decodeUplink() { return { data: { a: 1 } }; }";
  const decoded = await Promise.all(
    ["one", "two", "three", "four", "five"].map((id) =>
      codecs.decode({ id, owner: "city", source }, { bytes: [], fPort: 1, recvTimeMs: 0 }),
    ),
  );
  expect(decoded.map(({ ok }) => ok)).toEqual(Array(5).fill(true));
  expect(threads.most).toBe(2);
  await codecs.close();
  expect(threads.alive).toBe(0);
}, 60_000);

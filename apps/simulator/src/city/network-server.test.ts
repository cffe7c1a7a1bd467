import { createRandom } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type HookListener, openHookListener } from "../testing/hook-listener.ts";
import { type HookOutcome, NetworkServer } from "./network-server.ts";
import { uplinkPost } from "./post-uplink.ts";

const answered = (status: number, retryAfterMs = 0): HookOutcome => ({
  ...{ kind: "answered", status, retryAfterMs },
});

/** A network server whose posts the test answers one by one. */
function server() {
  const clock = createManualClock();
  const posts: string[] = [];
  const answers: ((outcome: HookOutcome) => void)[] = [];
  const words: string[] = [];
  const opened = new NetworkServer({
    clock,
    random: createRandom(1),
    post(body) {
      posts.push(body);
      return new Promise((resolve) => answers.push(resolve));
    },
    onChange: (word) => words.push(word),
  });
  const answer = async (outcome: HookOutcome): Promise<void> => {
    answers.shift()?.(outcome);
    // It goes on in microtasks; one turn of the event loop lets them all run.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, server: opened, posts, answers, words, answer };
}

describe("a network server", () => {
  test("delivers each uplink by itself, eight at a time", async () => {
    const { server: one, posts, answer } = server();
    for (let uplink = 0; uplink < 10; uplink++) one.passOn({ uplink });
    expect(posts).toHaveLength(8);
    expect(posts[0]).toBe('{"uplink":0}');
    await answer(answered(200));
    expect(posts).toHaveLength(9);
    await answer(answered(202));
    await answer(answered(204));
    expect(posts).toHaveLength(10);
    expect(one.waitingCount).toBe(7);
  });

  test.each([401, 403, 429, 500, 503])("sends again what was answered with %d", async (status) => {
    const { server: one, posts, answer, clock } = server();
    one.passOn({ uplink: 1 });
    await answer(answered(status));
    one.passOn({ uplink: 2 });
    expect(posts).toHaveLength(1);
    clock.advance(1_000);
    expect(posts).toEqual(['{"uplink":1}', '{"uplink":1}', '{"uplink":2}']);
  });

  test("waits longer with each failure in a row, up to half a minute", async () => {
    const { server: one, posts, answer, clock } = server();
    one.passOn({});
    const pausesMs: number[] = [];
    for (let failure = 0; failure < 9; failure++) {
      await answer({ kind: "unreachable", cause: "ECONNREFUSED" });
      const before = posts.length;
      const fromMs = clock.monotonicMs();
      while (posts.length === before) clock.advance(100);
      pausesMs.push(clock.monotonicMs() - fromMs);
    }
    expect(pausesMs[0]).toBeLessThanOrEqual(1_000);
    expect(pausesMs[3]).toBeGreaterThan(4_000 - 100);
    expect(pausesMs.at(-1)).toBeGreaterThan(15_000 - 100);
    expect(Math.max(...pausesMs)).toBeLessThanOrEqual(30_000);
    await answer(answered(200));
    one.passOn({});
    await answer(answered(500));
    clock.advance(1_000);
    expect(posts).toHaveLength(12);
  });

  test("[IN5] waits for as long as the hub asks", async () => {
    const { server: one, posts, answer, clock } = server();
    one.passOn({});
    await answer(answered(429, 90_000));
    clock.advance(89_999);
    expect(posts).toHaveLength(1);
    clock.advance(1);
    expect(posts).toHaveLength(2);
  });

  test("gives up on a body that the hub will never take", async () => {
    const { server: one, posts, answer, clock } = server();
    one.passOn({});
    await answer(answered(413));
    clock.advance(3_600_000);
    expect([posts.length, one.waitingCount, one.dropped]).toEqual([1, 0, 1]);
  });

  test("keeps five thousand uplinks of an outage, and the newest", async () => {
    const { server: one, posts, answer, clock } = server();
    one.passOn({ uplink: "first" });
    await answer({ kind: "unreachable", cause: "ECONNREFUSED" });
    for (let uplink = 0; uplink < 5_010; uplink++) one.passOn({ uplink });
    expect([one.waitingCount, one.dropped]).toEqual([5_000, 11]);
    clock.advance(1_000);
    expect(posts[1]).toBe('{"uplink":10}');
  });

  test("says once how deliveries fare, until it changes", async () => {
    const { server: one, answer, words } = server();
    for (let uplink = 0; uplink < 4; uplink++) one.passOn({ uplink });
    await answer(answered(200));
    await answer(answered(200));
    await answer(answered(401));
    await answer({ kind: "unreachable", cause: "ECONNREFUSED" });
    expect(words).toEqual(["up", "refused with 401", "unreachable: ECONNREFUSED"]);
  });

  test("closing begins nothing more", async () => {
    const { server: one, posts, answer, clock } = server();
    for (let uplink = 0; uplink < 9; uplink++) one.passOn({ uplink });
    const closed = one.close();
    for (let uplink = 0; uplink < 8; uplink++) await answer(answered(500));
    await closed;
    clock.advance(60_000);
    expect(posts).toHaveLength(8);
  });
});

describe("the post to a hook", () => {
  let listener: HookListener | undefined;
  afterEach(() => listener?.close());

  test("keeps its connection, shows the secret and hears how long to wait", async () => {
    const hook = await openHookListener();
    listener = hook;
    const post = uplinkPost(`${hook.url}/hooks/tts/t`, "hush");
    for (let turn = 0; turn < 20; turn++) expect(await post('{"a":1}')).toEqual(answered(200));
    // Not always one: an answer may be read to its end before its connection is free again.
    expect(hook.connections).toBeLessThan(5);
    expect(hook.posts[0]).toEqual({
      ...{ path: "/hooks/tts/t", authorization: "Bearer hush", json: { a: 1 } },
    });
    hook.answer = { status: 429, retryAfter: "7" };
    expect(await post("{}")).toEqual(answered(429, 7_000));
    hook.answer = { status: 503, retryAfter: "999999" };
    expect(await post("{}")).toEqual(answered(503, 300_000));
    hook.answer = { status: 503, retryAfter: "tomorrow" };
    expect(await post("{}")).toEqual(answered(503));
  });

  test("nobody listening is told as such", async () => {
    const hook = await openHookListener();
    hook.close();
    const outcome = await uplinkPost(`${hook.url}/hooks/tts/t`, "hush")("{}");
    expect(outcome).toEqual({ kind: "unreachable", cause: "ECONNREFUSED" });
  });
});

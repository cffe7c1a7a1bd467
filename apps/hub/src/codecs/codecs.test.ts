import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../system-clock.ts";
import type { CodecLimits } from "./codec-limits.ts";
import type { Decoding } from "./codec-runner.ts";
import { type Codecs, createCodecs } from "./codecs.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let codecs: Codecs | undefined;
afterEach(() => codecs?.close());

function open(limits: Partial<CodecLimits> = {}) {
  const killed: string[] = [];
  codecs = createCodecs(systemClock, {
    limits,
    killed: (codecId, { kind }) => killed.push(`${codecId} ${kind}`),
  });
  return { codecs, killed };
}

const input = { bytes: [1, 0, 200], fPort: 2, recvTimeMs: Date.parse("2026-11-22T14:00:00Z") };
const good = {
  id: "good",
  owner: "city",
  source: `function decodeUplink(input) {
    return {
      data: {
        occupied: input.bytes[0] === 1,
        port: input.fPort,
        level: input.bytes[2],
        year: input.recvTime.getUTCFullYear(),
      },
      warnings: ["low battery"],
    };
  }`,
};
const codec = (id: string, body: string, owner = "city") => ({
  id,
  owner,
  source: `function decodeUplink(input) { ${body} }`,
});

test("[IN7] a codec sees bytes, port and time, and its data come back", async () => {
  const decoded = await open().codecs.decode(good, input);
  expect(decoded).toEqual({
    ok: true,
    value: {
      data: { occupied: true, port: 2, level: 200, year: 2026 },
      warnings: ["low battery"],
    },
  });
});

describe("[IN7] what a codec may do wrong", () => {
  test.each<[string, string, string, number]>([
    ["threw", "codec-threw", codec("", "throw new Error('no')").source, 0],
    ["threw a thing of its own", "codec-threw", codec("", "throw { toString: null }").source, 0],
    ["is no JavaScript", "codec-threw", "function decodeUplink( {", 0],
    ["threw while it was read", "codec-threw", "throw 1", 0],
    ["says that it cannot", "codec-errors", codec("", "return { errors: ['short'] }").source, 0],
    ["returns nothing", "codec-bad-output", codec("", "").source, 0],
    ["returns a text", "codec-bad-output", codec("", "return 'occupied'").source, 0],
    ["returns no data", "codec-bad-output", codec("", "return { state: 1 }").source, 0],
    ["returns a promise", "codec-bad-output", `async ${codec("", "return 1").source}`, 0],
    ["returns a circle", "codec-threw", codec("", "const a = {}; a.a = a; return a").source, 0],
    [
      "returns too much",
      "codec-output-too-large",
      codec("", "return { data: { text: 'x'.repeat(1e6) } }").source,
      0,
    ],
    ["has no decodeUplink", "codec-no-decode-uplink", "const decodeDownlink = () => 1;", 0],
    ["never ends", "codec-killed", codec("", "for (;;) {}").source, 2],
    ["never ends while it is read", "codec-killed", "for (;;) {}", 2],
    [
      "catches what would stop it",
      "codec-killed",
      codec("", "for (;;) try { for (;;) {} } catch {} finally { continue }").source,
      2,
    ],
    [
      "tries a regular expression without end",
      "codec-killed",
      codec("", "return /^(a+)+$/.test('a'.repeat(60) + 'b')").source,
      2,
    ],
    ["calls itself for ever", "codec-broken", codec("", "return decodeUplink(input)").source, 1],
  ])("%s: %s", async (id, kind, source, kills) => {
    const { codecs } = open();
    const decoded = await codecs.decode({ id: "bad", owner: "city", source }, input);
    expect([id, decoded.ok ? "decoded" : decoded.fault.kind]).toEqual([id, kind]);
    expect(codecs.standing("bad").kills).toBe(kills);
    // Whatever it did, the next one is not touched by it.
    expect((await codecs.decode(good, input)).ok).toBe(true);
  });

  test.each([
    ["by arrays", "const all = []; for (;;) all.push(new Array(1e4).fill(all.length))"],
    ["by texts", "let text = 'x'; for (;;) text += text + 'y'"],
    ["by buffers", "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))"],
    ["for ever", "const a = []; for (;;) try { for (;;) a.push(new Uint8Array(1e6)) } catch {}"],
  ])("takes all memory %s: the hub's grows by no more than one codec's", async (_, body) => {
    const { codecs } = open();
    await codecs.decode(good, input);
    const beforeBytes = process.memoryUsage().rss;
    const decoded = await codecs.decode(codec("bomb", body), input);
    expect(["codec-broken", "codec-killed", "codec-threw"]).toContain(
      decoded.ok ? "" : decoded.fault.kind,
    );
    expect(process.memoryUsage().rss - beforeBytes).toBeLessThan(200 * 1_048_576);
    expect((await codecs.decode(good, input)).ok).toBe(true);
  });
});

test.each([
  ["replaces what would cut it", 'String.prototype.slice = () => "x".repeat(8e6); throw 1'],
  ["throws a long text", 'throw { toString: () => "x".repeat(8e6) }'],
])("[IN7] no more than a line comes out of a codec that %s", async (_, body) => {
  const decoded = await open({ decodeMs: 5_000 }).codecs.decode(codec("wordy", body), input);
  expect(decoded.ok ? "decoded" : decoded.fault.kind).toBe("codec-threw");
  expect(decoded.ok ? 0 : decoded.fault.detail.length).toBeLessThan(300);
});

test("[IN7] it finds nothing of the hub: no process, no files, no network, no timers", async () => {
  const names = ["process", "require", "fetch", "setTimeout", "WebAssembly", "console", "std"];
  const body = `return { data: { types: [${names.map((name) => `typeof ${name}`).join()}] } }`;
  const decoded = await open().codecs.decode(codec("curious", body), input);
  expect(decoded.ok && decoded.value.data).toEqual({ types: names.map(() => "undefined") });
});

test("[IN7] a codec that is killed starts anew, and after three kills is refused for a while", async () => {
  const { codecs, killed } = open({ refusedMs: 1_000 });
  const moody = codec("moody", "if (input.bytes[0] === 9) for (;;) {} return { data: { a: 1 } }");
  const kindOf = async (first: number): Promise<string> => {
    const decoded = await codecs.decode(moody, { ...input, bytes: [first] });
    return decoded.ok ? "decoded" : decoded.fault.kind;
  };
  // Each payload has two tries, for it may be the machine that was late.
  expect([await kindOf(9), codecs.standing("moody").kills]).toEqual(["codec-killed", 2]);
  expect(await kindOf(1)).toBe("decoded");
  // Those that wait when it is refused hear so too.
  expect(await Promise.all([kindOf(9), kindOf(1), kindOf(1)])).toEqual([
    ...["codec-killed", "codec-refused", "codec-refused"],
  ]);
  expect(codecs.standing("moody")).toEqual({ kills: 3, isRefused: true });
  expect(killed).toEqual(Array(3).fill("moody codec-killed"));
  await new Promise((resolve) => setTimeout(resolve, 1_020));
  expect(await kindOf(1)).toBe("decoded");
});

const kindsOf = (decoded: readonly Decoding[]): readonly string[] =>
  decoded.map((one) => (one.ok ? "decoded" : one.fault.kind));

test("[IN1] [IN5] a codec with much to do says so, and what comes all the same is decoded", async () => {
  const { codecs } = open({ queueMax: 2 });
  const decoding = [1, 2, 3, 4].map(() => codecs.decode(good, input));
  expect([codecs.isFull("good"), codecs.isFull("another")]).toEqual([true, false]);
  let told = 0;
  for (let seeker = 0; seeker < 4; seeker++) {
    codecs.whenRoom("good", () => {
      // No more at once than there is room for.
      expect(codecs.isFull("good")).toBe(false);
      told += 1;
    });
  }
  expect(told).toBe(0);
  expect(kindsOf(await Promise.all(decoding))).toEqual(Array(4).fill("decoded"));
  expect(told).toBe(4);
});

test("[IN1] more codecs at once than there are threads: each has its turn", async () => {
  const { codecs } = open({ threadsMax: 2, turnMs: 1 });
  const decoding = ["one", "two", "three"].flatMap((id) =>
    [1, 2].map(() => codecs.decode(codec(id, "return { data: { a: 1 } }"), input)),
  );
  expect(new Set(kindsOf(await Promise.all(decoding)))).toEqual(new Set(["decoded"]));
}, 60_000);

test("[IN7] a codec that a busy machine makes late, and that has time the next, is not refused", async () => {
  const { codecs } = open({ decodeMs: 200 });
  const waits = codec("waits", "while (new Date() < input.recvTime); return { data: { a: 1 } }");
  await codecs.decode(waits, input);
  for (let turn = 1; turn <= 4; turn++) {
    // Over the time at the first try, and long past when the next engine is there.
    const decoded = await codecs.decode(waits, { ...input, recvTimeMs: Date.now() + 230 });
    expect(kindsOf([decoded])).toEqual(["decoded"]);
    expect(codecs.standing("waits").kills).toBeGreaterThanOrEqual(turn);
  }
  expect(codecs.standing("waits").isRefused).toBe(false);
}, 60_000);

test("[IN1] what the hub itself could not do is no answer, and the next payload tries again", async () => {
  const { codecs } = open({ startMs: 0 });
  const message = "The hub could not start a codec's thread.";
  await expect(codecs.decode(good, input)).rejects.toThrow(message);
  await expect(codecs.decode(good, input)).rejects.toThrow(message);
  expect(codecs.standing("good")).toEqual({ kills: 0, isRefused: false });
});

test("[IN1] what waits when the codecs are closed is not answered", async () => {
  const { codecs } = open({ threadsMax: 1 });
  const waiting = ["one", "two"].flatMap((id) =>
    [1, 2].map(() => codecs.decode(codec(id, "return { data: { a: 1 } }"), input)),
  );
  const settled = Promise.allSettled(waiting);
  await codecs.close();
  expect((await settled).map(({ status }) => status)).toEqual([
    ...["fulfilled", "rejected", "rejected", "rejected"],
  ]);
});

test("[IN7] one tenant's many looping codecs do not hold up another tenant's", async () => {
  const { codecs, killed } = open({ threadsMax: 3, refusedMs: 500 });
  const loops = Array.from({ length: 12 }, (_, index) =>
    codec(`${index}`, "for (;;) {}", "mallory"),
  );
  let isOver = false;
  const looping = Promise.allSettled(
    loops.map(async (loop) => {
      for (;;) {
        if (isOver) return;
        const decoded = await codecs.decode(loop, input);
        if (!decoded.ok && decoded.fault.kind === "codec-refused") await pause(20);
      }
    }),
  );
  await vi.waitFor(() => expect(killed.length).toBeGreaterThan(0), { timeout: 20_000 });
  const times: number[] = [];
  const good = codec("good", "return { data: { a: 1 } }", "city");
  for (let turn = 0; turn < 50; turn++) {
    const startedAtMs = performance.now();
    expect(kindsOf([await codecs.decode(good, input)])).toEqual(["decoded"]);
    times.push(performance.now() - startedAtMs);
    await pause(10);
  }
  isOver = true;
  await codecs.close();
  await looping;
  // The first waits for one kill and two starts of a thread; the others for nobody.
  const [first = 0, ...others] = times;
  expect(first).toBeLessThan(10_000);
  expect(others.sort((a, b) => a - b)[25]).toBeLessThan(50);
}, 60_000);

test("[IN7] with all threads taken the longest idle gives way", async () => {
  const { codecs } = open({ threadsMax: 2 });
  for (const id of ["one", "two", "three", "one"]) {
    const decoded = await codecs.decode(codec(id, `return { data: { id: "${id}" } }`), input);
    expect(decoded.ok && decoded.value.data).toEqual({ id });
  }
});

test("[IN7] while one codec loops, another's time is what it was", async () => {
  const { codecs } = open({ killsMax: 100 });
  const loop = codec("loop", "for (;;) {}");
  await codecs.decode(good, input);
  let isOver = false;
  const looping = (async () => {
    while (!isOver) await codecs.decode(loop, input);
  })();
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn++) {
    const startedAtMs = performance.now();
    expect((await codecs.decode(good, input)).ok).toBe(true);
    times.push(performance.now() - startedAtMs);
  }
  isOver = true;
  await looping;
  times.sort((a, b) => a - b);
  expect(times[100]).toBeLessThan(10);
});

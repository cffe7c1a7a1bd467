import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../system-clock.ts";
import type { CodecLimits } from "./codec-limits.ts";
import { type Codecs, createCodecs } from "./codecs.ts";

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
const codec = (id: string, body: string) => ({
  id,
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
    const decoded = await codecs.decode({ id: "bad", source }, input);
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
  const decoded = await open().codecs.decode(codec("wordy", body), input);
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

test("[IN5] more than may wait for a codec is told so at once", async () => {
  const { codecs } = open({ queueMax: 2 });
  const decoded = await Promise.all([1, 2, 3, 4].map(() => codecs.decode(good, input)));
  const kinds = decoded.map((one) => (one.ok ? "decoded" : one.fault.kind));
  expect(kinds).toEqual(["decoded", "decoded", "decoded", "codec-busy"]);
});

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

import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refuse } from "../http/register-route.ts";
import { createHttpServer } from "../http/server.ts";
import type { UplinkAnswer } from "../intake-answers.ts";
import { type HookPort, serveHooks } from "./hook-routes.ts";

let app: FastifyInstance;
/** By trial: what it owes. */
let owedMs: Record<string, number>;
let hasRoom: boolean;
/** What was left for each to wait for room. */
let leftMs: number[];
let answer: UplinkAnswer;
let received: string[];
/** Each that waits its turn, and what lets it go on. */
let pauses: { forMs: number; end(): void }[];

const port: HookPort = {
  isSecret: (trialId, secret) => secret === `secret of ${trialId}`.replaceAll(" ", "-"),
  purseOf: (trialId) => ({ spend: () => {}, debtMs: () => owedMs[trialId] ?? 0 }),
  pause: (forMs) => new Promise((end) => pauses.push({ forMs, end })),
  async hasRoom(withinMs) {
    leftMs.push(withinMs);
    return hasRoom;
  },
  async receive({ trialId }) {
    received.push(trialId);
    return answer;
  },
  refused: () => {},
  refuse,
};

beforeEach(async () => {
  [owedMs, hasRoom, received, pauses, leftMs] = [{}, true, [], [], []];
  answer = { kind: "stored" };
  const settings = { tls: undefined, behindProxy: false, version: "0" };
  app = await createHttpServer(settings, pino({ level: "silent" }));
  await serveHooks(app, port);
});
afterEach(() => app.close());

const deliver = (trialId: string, secret = `secret-of-${trialId}`) =>
  app.inject({
    method: "POST",
    url: `/hooks/tts/${trialId}`,
    headers: { authorization: `Bearer ${secret}` },
    payload: {},
  });

test("[IN5] one trial's line, however long, does not shut out a trial that owes nothing", async () => {
  owedMs = { crowd: 4_000 };
  const crowd = Array.from({ length: 1_000 }, () => deliver("crowd"));
  await vi.waitFor(() => expect(pauses).toHaveLength(1_000), { timeout: 20_000 });
  expect((await deliver("crowd")).statusCode).toBe(429);
  expect((await deliver("quiet")).statusCode).toBe(200);
  // Nor one that owes a little: it has a line of its own.
  owedMs = { ...owedMs, brisk: 10 };
  const brisk = deliver("brisk");
  await vi.waitFor(() => expect(pauses).toHaveLength(1_001));
  for (const { end } of pauses) end();
  expect((await brisk).statusCode).toBe(200);
  const statuses = (await Promise.all(crowd)).map(({ statusCode }) => statusCode);
  expect(new Set(statuses)).toEqual(new Set([200]));
}, 30_000);

test("[IN5] a turn within the network servers' patience is waited for, a later one is refused", async () => {
  owedMs = { a: 4_000, b: 4_001 };
  const answers = [deliver("a"), deliver("b")];
  await vi.waitFor(() => expect(pauses.map(({ forMs }) => forMs)).toEqual([4_000, 4_000]));
  for (const { end } of pauses) end();
  const [soon, late] = await Promise.all(answers);
  expect([soon?.statusCode, late?.statusCode]).toEqual([200, 429]);
  expect(late?.headers["retry-after"]).toBe("5");
  expect(received).toEqual(["a"]);
  // What is left of the patience is for the store and the codec.
  expect(leftMs).toEqual([expect.any(Number)]);
  expect(leftMs[0]).toBeLessThan(4_000);
});

test("[IN1] without room nothing is taken in, and the answer says when to send it again", async () => {
  hasRoom = false;
  const full = await deliver("a");
  expect([full.statusCode, full.headers["retry-after"]]).toEqual([503, "1"]);
  expect(received).toEqual([]);
  hasRoom = true;
  answer = { kind: "busy", detail: "Too much waits." };
  const busy = await deliver("a");
  expect([busy.statusCode, busy.headers["retry-after"]]).toEqual([503, "1"]);
});

test("[IN5] right secrets of one address are counted by trial, wrong ones by the address", async () => {
  // Two trials behind one network server, at more than one of them may spend in a minute.
  const statuses = new Set<number>();
  for (let sent = 0; sent < 12_200; sent += 100) {
    const some = Array.from({ length: 100 }, (_, index) => deliver(index % 2 ? "a" : "b"));
    for (const { statusCode } of await Promise.all(some)) statuses.add(statusCode);
  }
  expect(statuses).toEqual(new Set([200]));
  const wrong: number[] = [];
  for (let tried = 0; tried < 1_210; tried++) {
    wrong.push((await deliver("a", "another")).statusCode);
  }
  expect([wrong[0], wrong[1_199], wrong[1_200]]).toEqual([401, 401, 429]);
  expect((await deliver("a")).statusCode).toBe(200);
}, 60_000);

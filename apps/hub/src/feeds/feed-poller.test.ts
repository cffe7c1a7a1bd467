import { parseTurinCarParks } from "@pista/formats";
import { createManualClock } from "@pista/kernel/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type FeedAnswer,
  type FeedSource,
  openFeedSource,
  turinFeed,
} from "../testing/feed-source.ts";
import { createFeedPoller, type FeedPoller } from "./feed-poller.ts";
import { createOutbound, outboundLimits } from "./outbound.ts";
import { pollPeriodMs } from "./poll-schedule.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
const whole = (): string => turinFeed(clock.nowMs(), [{ id: 1, free: 44 }]);
const good: FeedAnswer = (response) => response.end(whole());
const minuteMs = 60_000;

let source: FeedSource;
let poller: FeedPoller;
/** Counted where a question begins, which is at once when its time has come. */
let questions: number;
let taken: string[];
let storeFault: Error | undefined;
let failures: unknown[];
let tell: (outcome: string) => void;
let outcome: Promise<string>;

beforeEach(async () => {
  source = await openFeedSource(good);
  [questions, taken, failures, storeFault] = [0, [], [], undefined];
  const get = createOutbound({ clock, mayReach: () => true, resolve: async () => [] });
  poller = createFeedPoller({
    url: source.url,
    clock,
    get(...question) {
      questions += 1;
      outcome = new Promise((resolve) => {
        tell = resolve;
      });
      return get(...question);
    },
    draw: () => 0,
    async takeIn(text) {
      if (storeFault) throw storeFault;
      const parsed = parseTurinCarParks(text);
      if (parsed.ok) taken.push(text);
      return parsed;
    },
    polled: (told) => tell(told.kind === "failed" ? told.cause : told.kind),
    failed: (cause) => failures.push(cause),
  });
});
afterEach(async () => {
  await poller.stop();
  await source.close();
});

/** What comes of the next question, which must begin after exactly this long. */
function afterMs(delayMs: number): Promise<string> {
  const before = questions;
  clock.advance(delayMs - 1);
  expect(questions).toBe(before);
  clock.advance(1);
  expect(questions).toBe(before + 1);
  return outcome;
}

const start = (): Promise<string> => {
  poller.start();
  return outcome;
};

test("[SE1] [SE4] whatever a source does is a failure with its cause, and it mends by itself", async () => {
  expect(await start()).toBe("taken-in");
  const sinceMs = clock.nowMs() + pollPeriodMs;

  source.answer = (response) => response.writeHead(500).end("secret of the source");
  expect(await afterMs(pollPeriodMs)).toBe("http-status");
  expect(await afterMs(2 * minuteMs)).toBe("http-status");

  source.answer = (response) => response.end("\u0000\u0001 <<< no XML");
  expect(await afterMs(4 * minuteMs)).toBe("unreadable");

  source.answer = (response) =>
    response.end(
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${whole()}`,
    );
  expect(await afterMs(7.5 * minuteMs)).toBe("unreadable");

  source.answer = (response) => response.end(whole().slice(0, -20));
  expect(await afterMs(7.5 * minuteMs)).toBe("unreadable");

  source.answer = (response) =>
    response.writeHead(200, { "content-length": 9_999 }).write(whole(), () => response.destroy());
  expect(await afterMs(7.5 * minuteMs)).toBe("cut-short");

  source.answer = (response) => response.end(Buffer.alloc(10_000_000, 32));
  expect(await afterMs(7.5 * minuteMs)).toBe("too-large");

  source.answer = (response) => {
    response.write("<traffic_data", () => clock.advance(outboundLimits.wholeMsMax));
  };
  expect(await afterMs(7.5 * minuteMs)).toBe("timed-out");

  expect(poller.state()).toMatchObject({ state: "failing", sinceMs, attempts: 8 });
  expect(taken).toHaveLength(1);
  source.answer = good;
  expect(await afterMs(7.5 * minuteMs)).toBe("taken-in");
  expect(poller.state()).toMatchObject({ state: "well", lastSuccessAtMs: clock.nowMs() });
  expect(await afterMs(pollPeriodMs)).toBe("taken-in");
  expect(failures).toEqual([]);
});

test("a source that asks for rest has it", async () => {
  source.answer = (response) => response.writeHead(503, { "retry-after": "1800" }).end();
  expect(await start()).toBe("http-status");
  expect(await afterMs(30 * minuteMs)).toBe("http-status");
});

describe("what has not changed", () => {
  const validators = { etag: '"7"', "last-modified": "Sun, 22 Nov 2026 12:00:00 GMT" };
  const conditional: FeedAnswer = (response, { headers }) => {
    if (headers["if-none-match"] === '"7"') response.writeHead(304).end();
    else response.writeHead(200, validators).end(whole());
  };

  test("is asked for by its validators and not sent again", async () => {
    source.answer = conditional;
    expect(await start()).toBe("taken-in");
    expect(await afterMs(pollPeriodMs)).toBe("unchanged");
    expect(source.asked[1]?.headers).toMatchObject({
      "if-none-match": '"7"',
      "if-modified-since": validators["last-modified"],
    });
    expect(poller.state()).toMatchObject({ state: "well", lastSuccessAtMs: clock.nowMs() });
  });

  test("is not believed of what was not readable or not stored", async () => {
    source.answer = (response) => response.writeHead(200, validators).end("half a feed");
    expect(await start()).toBe("unreadable");
    source.answer = conditional;
    storeFault = new Error("The store is away.");
    expect(await afterMs(2 * minuteMs)).toBe("not-stored");
    expect(failures).toEqual([storeFault]);
    storeFault = undefined;
    expect(await afterMs(4 * minuteMs)).toBe("taken-in");
    expect(taken).toHaveLength(1);
  });

  test("is no answer to whoever did not ask so", async () => {
    source.answer = (response) => response.writeHead(304).end();
    expect(await start()).toBe("http-status");
  });
});

test("stopped in the middle of an answer it leaves at once and asks no more", async () => {
  const asked = new Promise<void>((resolve) => {
    source.answer = () => resolve();
  });
  poller.start();
  await asked;
  await poller.stop();
  clock.advance(60 * minuteMs);
  expect([questions, poller.state().state]).toEqual([1, "starting"]);
});

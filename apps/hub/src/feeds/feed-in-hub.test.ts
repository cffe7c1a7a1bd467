import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CarParkView, FeedView } from "@pista/contracts";
import { createManualClock } from "@pista/kernel/testing";
import { carParkSilenceMsMax } from "@pista/parking";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type FeedSource, openFeedSource, turinFeed } from "../testing/feed-source.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
const directory = makeDirectory();
let source: FeedSource;
const hubs: TestHub[] = [];
const give = (rows: Parameters<typeof turinFeed>[1]): void => {
  source.answer = (response) => response.end(turinFeed(clock.nowMs() - 60_000, rows));
};

beforeAll(async () => {
  source = await openFeedSource((response) => response.end());
});
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});
afterAll(async () => {
  await source.close();
  rmSync(directory, { recursive: true, force: true });
});

async function openHub(
  mayReachPrivate: boolean,
  where: { directory?: string } = {},
): Promise<TestHub> {
  const feeds = { turinCarParksUrl: source.url, mayReachPrivate };
  const hub = await openTestHub({
    clock,
    ...where,
    settings: { feeds, withDemonstration: false },
  });
  hubs.push(hub);
  return hub;
}

const carParks = async (hub: TestHub): Promise<CarParkView[]> =>
  (await hub.visitor.send("GET", "/v1/public/car-parks")).json.items;
const freeOf = async (hub: TestHub) =>
  (await carParks(hub)).map(({ freeSpaces, isStale }) => [freeSpaces, isStale]);
const metric = async (hub: TestHub, line: string): Promise<number> =>
  Number(
    (await hub.visitor.send("GET", "/metrics")).text
      .split("\n")
      .find((one) => one.startsWith(`${line} `))
      ?.split(" ")
      .at(-1),
  );

/** Waits for the answer that has been asked for by now; the clock stands still meanwhile. */
async function feedOnce(hub: TestHub, fits: (feed: FeedView) => boolean): Promise<FeedView> {
  const look = async (): Promise<FeedView> => {
    const [feed] = (await hub.operator.send("GET", "/v1/feeds")).json.items;
    if (!feed || !fits(feed)) throw new Error(`The feed is not there yet: ${JSON.stringify(feed)}`);
    return feed;
  };
  return vi.waitFor(look, { timeout: 20_000 });
}
/** To the moment of the next question and no further, for its own time-outs run on this clock. */
const toNextPoll = (feed: FeedView): void =>
  clock.advance(Date.parse(feed.nextPollAt ?? "") - clock.nowMs());
const attempts = (count: number) => (feed: FeedView) => feed.attempts === count;
const isWell = (feed: FeedView): boolean => feed.state === "well";

test("[BS2] [IN4] the last good state outlives failures and a restart, as past, and mends", async () => {
  give([
    { id: 1, free: 44 },
    { id: 2, free: undefined },
    { id: 3, free: 0 },
  ]);
  const first = await openHub(true, { directory });
  const observedAt = "2026-11-22T11:59:00.000Z";
  const receivedAt = "2026-11-22T12:00:00.000Z";
  const times = { observedAt, publishedAt: "2026-11-22T11:59:10.000Z", receivedAt };
  const well = await feedOnce(first, isWell);
  expect(well).toEqual({
    ...{ id: "5t-car-parks", state: "well", failingSince: null, attempts: 0, cause: null },
    ...{ detail: null, lastSuccessAt: receivedAt, newestReadingAt: observedAt, isStale: false },
    nextPollAt: "2026-11-22T12:02:00.000Z",
  });
  const fresh = [
    [44, false],
    [null, false],
    [0, false],
  ];
  expect(await freeOf(first)).toEqual(fresh);
  expect((await carParks(first))[0]).toMatchObject(times);

  const told: (readonly CarParkView[])[] = [];
  first.open.context.carParks.changes.listen((changes) => told.push(changes));
  source.answer = (response) => response.writeHead(500).end();
  toNextPoll(well);
  const failing = await feedOnce(first, attempts(1));
  expect(failing).toMatchObject({
    ...{ state: "failing", failingSince: "2026-11-22T12:02:00.000Z", cause: "http-status" },
    ...{ detail: "It answered with 500.", lastSuccessAt: receivedAt, isStale: false },
  });
  expect(await freeOf(first)).toEqual(fresh);
  expect(await metric(first, 'pista_feed_failing{feed="5t-car-parks"}')).toBe(1);
  source.answer = (response) => response.end("<traffic_data");
  toNextPoll(failing);
  expect(await feedOnce(first, attempts(2))).toMatchObject({ cause: "unreadable" });

  clock.advance(Date.parse(observedAt) + carParkSilenceMsMax - clock.nowMs());
  expect(await freeOf(first)).toEqual(fresh);
  expect(told).toEqual([]);
  // Whoever watches is told what silence alone has changed.
  clock.advance(10_000);
  const silent = [
    [44, true],
    [null, true],
    [0, true],
  ];
  expect(await freeOf(first)).toEqual(silent);
  expect(told.flat().map(({ id }) => id)).toEqual(["5t-1", "5t-2", "5t-3"]);
  await hubs.pop()?.close();

  const second = await openHub(true, { directory });
  const again = await feedOnce(second, attempts(1));
  expect(again).toMatchObject({ lastSuccessAt: null, newestReadingAt: observedAt, isStale: true });
  expect(await freeOf(second)).toEqual(silent);
  give([{ id: 1, free: 43 }]);
  toNextPoll(again);
  expect(await feedOnce(second, isWell)).toMatchObject({ failingSince: null, isStale: false });
  expect(await freeOf(second)).toEqual([[43, false], ...silent.slice(1)]);
  expect(await metric(second, 'pista_feed_failing{feed="5t-car-parks"}')).toBe(0);
  // [IN4] What a restart has read from the store has kept its three times.
  expect((await carParks(second))[1]).toMatchObject(times);
  const polls = 'pista_feed_polls_total{feed="5t-car-parks",outcome="taken-in"}';
  expect(await metric(second, polls)).toBe(1);
}, 60_000);

test("[SE1] without the setting a feed on the loopback is refused, and the cause is told", async () => {
  const before = source.asked.length;
  const hub = await openHub(false);
  expect(await feedOnce(hub, attempts(1))).toMatchObject({
    state: "failing",
    cause: "private-address",
    detail: expect.stringMatching(/--feeds-may-reach-private/),
  });
  expect(source.asked).toHaveLength(before);
}, 60_000);

const real = fileURLToPath(
  new URL("../../../../../shared/data/turin/5t-car-parks.xml", import.meta.url),
);
test.skipIf(!existsSync(real) && process.env.PISTA_TEST_REQUIRE !== "all")(
  "[BS2] a source that answers with last year's snapshot is well and stale (needs ../shared/data)",
  async () => {
    const xml = readFileSync(real);
    source.answer = (response) => response.end(xml);
    const hub = await openHub(true);
    const newestReadingAt = "2025-05-07T14:10:00.000Z";
    expect(await feedOnce(hub, isWell)).toMatchObject({ newestReadingAt, isStale: true });
    const free = await freeOf(hub);
    expect(free).toHaveLength(40);
    expect(free.every(([, isStale]) => isStale)).toBe(true);
    expect(free.filter(([spaces]) => spaces === null)).toHaveLength(4);
  },
  60_000,
);

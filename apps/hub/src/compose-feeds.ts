import { lookup } from "node:dns/promises";
import type { FeedView } from "@pista/contracts";
import { formatRfc3339 } from "@pista/kernel";
import { isCarParkSilent } from "@pista/parking";
import type { Logger } from "pino";
import { createFeedPoller } from "./feeds/feed-poller.ts";
import { createOutbound } from "./feeds/outbound.ts";
import type { FeedState, PollOutcome } from "./feeds/poll-schedule.ts";
import { isPublicAddress } from "./feeds/public-address.ts";
import type { HubMetrics } from "./metrics.ts";
import type { OpenHub } from "./open-hub.ts";
import type { HubSettings } from "./settings.ts";
import { takeInPolledCarParks, turinCarParksFeedId } from "./use-cases/import-car-parks.ts";

/** What the hub fetches from others, and how that goes. */
export type Feeds = {
  views(): readonly FeedView[];
  start(): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
};

/** Joins Turin's car-park feed, where a setting names it; a part of compose.ts. */
export function composeFeeds(
  { feeds: settings }: HubSettings,
  { context }: OpenHub,
  metrics: HubMetrics,
  log: Logger,
): Feeds {
  const { turinCarParksUrl: url, mayReachPrivate } = settings;
  if (!url) return { views: () => [], start: () => {}, close: async () => {} };
  const { carParks, clock } = context;
  const feed = turinCarParksFeedId;
  const poller = createFeedPoller({
    url,
    clock,
    get: createOutbound({
      clock,
      mayReach: (address) => mayReachPrivate || isPublicAddress(address),
      async resolve(hostname) {
        return (await lookup(hostname, { all: true })).map(({ address }) => address);
      },
    }),
    draw: () => Buffer.from(context.draw(4)).readUInt32LE() / 2 ** 32,
    takeIn: (xml) => takeInPolledCarParks(context, xml),
    polled(outcome, state) {
      metrics.feedPolls.inc({ feed, outcome: labelOf(outcome) });
      metrics.feedFailing.set({ feed }, state.state === "failing" ? 1 : 0);
      metrics.feedReadingSeconds.set({ feed }, (carParks.newestAtMs() ?? 0) / 1_000);
      if (state.state === "failing") log.warn({ feed, ...state }, "A feed fails");
    },
    failed: (cause) => log.error({ err: cause, feed }, "What a feed said was not stored"),
  });
  return {
    views() {
      const newestAtMs = carParks.newestAtMs();
      const isStale =
        newestAtMs !== undefined && isCarParkSilent({ observedAtMs: newestAtMs }, clock.nowMs());
      const newestReadingAt = newestAtMs === undefined ? null : formatRfc3339(newestAtMs);
      return [{ id: feed, ...stateView(poller.state()), newestReadingAt, isStale }];
    },
    start: poller.start,
    close: poller.stop,
  };
}

const labelOf = (outcome: PollOutcome): string =>
  outcome.kind === "failed" ? outcome.cause : outcome.kind;

function stateView(feed: FeedState): Omit<FeedView, "id" | "newestReadingAt" | "isStale"> {
  const well = {
    ...{ state: feed.state, failingSince: null, attempts: 0, cause: null, detail: null },
    ...{ lastSuccessAt: null, nextPollAt: null },
  };
  if (feed.state === "starting") return well;
  const { lastSuccessAtMs, pollAtMs } = feed;
  const polled = {
    ...well,
    lastSuccessAt: lastSuccessAtMs === undefined ? null : formatRfc3339(lastSuccessAtMs),
    nextPollAt: formatRfc3339(pollAtMs),
  };
  if (feed.state === "well") return polled;
  const { attempts, cause, detail, sinceMs } = feed;
  return { ...polled, failingSince: formatRfc3339(sinceMs), attempts, cause, detail };
}

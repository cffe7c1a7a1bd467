import type { FeedView } from "@pista/contracts";
import type { Words } from "../messages/use-words.ts";

/** What is to be said of a feed; nothing while it is well and its readings are fresh. */
export function feedWords(
  { say, formats }: Pick<Words, "say" | "formats">,
  feed: FeedView,
): string | undefined {
  const time = (at: string): string => formats.dayAndTime(Date.parse(at));
  if (feed.failingSince !== null) {
    return say("feed.failing", { since: time(feed.failingSince), count: feed.attempts });
  }
  if (!feed.isStale || feed.newestReadingAt === null) return undefined;
  return say("feed.stale", { at: time(feed.newestReadingAt) });
}

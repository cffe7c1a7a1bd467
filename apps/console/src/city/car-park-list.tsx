import type { CarParkView } from "@pista/contracts";
import { useMemo } from "react";
import { useFeeds } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import { feedWords } from "./feed-words.ts";
import "./car-park-list.css";

/** Car parks, those with most free places first; those that do not say come last. */
export function CarParkList({
  carParks,
}: {
  readonly carParks: readonly CarParkView[] | undefined;
}) {
  const { say, formats } = useWords();
  const sorted = useMemo(
    () => [...(carParks ?? [])].sort((a, b) => (b.freeSpaces ?? -1) - (a.freeSpaces ?? -1)),
    [carParks],
  );
  if (!carParks) return null;
  const silent = carParks.filter(({ freeSpaces }) => freeSpaces === null).length;
  const stale = carParks.filter(({ freeSpaces, isStale }) => freeSpaces !== null && isStale).length;
  const telling = carParks.filter(({ freeSpaces, isStale }) => freeSpaces !== null && !isStale);
  const free = telling.reduce((sum, { freeSpaces }) => sum + (freeSpaces ?? 0), 0);
  const sources = [...new Set(carParks.map(({ source }) => source))];
  return (
    <section aria-label={say("park.title")} className="city-section">
      <h2 className="counts-title">{say("park.title")}</h2>
      {carParks.length === 0 ? (
        <p className="third">{say("park.none")}</p>
      ) : (
        <p className="park-sum">
          {telling.length > 0
            ? say("park.sum", { free: formats.whole(free), count: telling.length })
            : null}{" "}
          {stale > 0 ? (
            <span className="third">{say("park.sumStale", { count: stale })} </span>
          ) : null}
          {silent > 0 ? (
            <span className="third">{say("park.sumUnknown", { count: silent })}</span>
          ) : null}
        </p>
      )}
      <FeedLines />
      <ul className="parks">
        {sorted.map((park) => (
          <CarPark key={park.id} park={park} />
        ))}
      </ul>
      {sources.map((source) => (
        <p className="third park-credit" key={source}>
          {say("park.credit", { source })}
        </p>
      ))}
    </section>
  );
}

/** How the hub comes by the figures, to whoever has signed in and only where there is trouble. */
function FeedLines() {
  const words = useWords();
  const lines = (useFeeds().data ?? []).flatMap((feed) => feedWords(words, feed) ?? []);
  return lines.map((line) => (
    <p className="third park-feed" data-testid="feed-line" key={line} role="status">
      {line}
    </p>
  ));
}

function CarPark({ park }: { readonly park: CarParkView }) {
  const { say, formats } = useWords();
  const { freeSpaces, isStale, spaces, tendency } = park;
  const isKnown = freeSpaces !== null;
  const share = isKnown && spaces > 0 ? Math.min(1, freeSpaces / spaces) : 0;
  return (
    <li
      className="park"
      data-free={isKnown ? freeSpaces : "unknown"}
      data-testid={`car-park-${park.id}`}
    >
      <span className="park-name">{park.name}</span>
      <span className="park-free">
        {isKnown ? (
          <>
            <b className={isStale ? "figure third" : "figure"}>{formats.whole(freeSpaces)}</b>
            <span className="third figure"> / {formats.whole(spaces)}</span>
          </>
        ) : (
          <span className="third">{say("park.unknown")}</span>
        )}
      </span>
      <span
        aria-hidden="true"
        className={isKnown && !isStale ? "park-bar" : "park-bar park-bar-unknown"}
      >
        <span style={{ width: isStale ? 0 : `${share * 100}%` }} />
      </span>
      <span className="third park-tendency">
        {tendency === "unknown" ? "" : say(`park.${tendency}`)}
        {isKnown && isStale
          ? say("park.last", { time: formats.dayAndTime(Date.parse(park.observedAt)) })
          : null}
      </span>
    </li>
  );
}

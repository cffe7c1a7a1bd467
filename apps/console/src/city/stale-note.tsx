import type { EpochMs } from "@pista/kernel";
import { agoWords } from "../messages/age-words.ts";
import { useWords } from "../messages/use-words.ts";
import { Note } from "../shell/states.tsx";
import { useNow } from "../use-now.ts";
import { useStaleSince } from "./use-stale.ts";

/** [BS2] Says that what the page shows is old, and how old; nothing while the stream is well. */
export function StaleNote() {
  const { say, formats } = useWords();
  const sinceMs = useStaleSince();
  if (sinceMs === undefined) return null;
  return (
    <Note kind="care">
      {say("stream.stale", { time: formats.timeOfDay(sinceMs) })} <Age sinceMs={sinceMs} />
    </Note>
  );
}

/** A screen reader has heard the time, and is not told each second that another has passed. */
function Age({ sinceMs }: { readonly sinceMs: EpochMs }) {
  const words = useWords();
  const ageMs = Math.max(0, useNow() - sinceMs);
  return (
    <span aria-hidden="true" className="second" data-testid="stale-age">
      ({agoWords(words, ageMs)})
    </span>
  );
}

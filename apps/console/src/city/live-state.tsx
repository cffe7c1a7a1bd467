import { useLive, useLiveConnection } from "../live/use-live.ts";
import { problemWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";

/** How the stream stands, in words. */
export function LiveState() {
  const words = useWords();
  const { say, formats } = words;
  const connection = useLiveConnection();
  const bays = useLive("bays");
  const refused = bays.state === "refused" ? bays.code : undefined;
  const state = refused ? "refused" : connection.state;
  const time = "sinceMs" in connection ? formats.timeOfDay(connection.sinceMs) : "";
  const text = refused
    ? say("stream.refused", { reason: problemWords(words, problemOf(refused)) })
    : say(`stream.${connection.state}`, { time });
  const dot = { live: "", connecting: "dot-hollow", reconnecting: "dot-care", offline: "dot-stop" };
  return (
    <span className="pill" data-state={state} data-testid="live-state" role="status">
      <span className={`dot ${refused ? "dot-stop" : dot[connection.state]}`} />
      {text}
    </span>
  );
}

const problemOf = (code: string) => ({ type: "", title: "", status: 0, detail: code, code });

import { useWords } from "../messages/use-words.ts";
import { type LapFigures, lapTime } from "./lap-figures.ts";

/** The lap under way, the last and the best of this lease, by the gateway's clock. */
export function LapPanel({ figures }: { readonly figures: LapFigures }) {
  const { say, formats } = useWords();
  const { passed, gates, nowMs, lastMs, bestMs } = figures;
  const time = (ms: number | undefined): string => (ms === undefined ? "–" : lapTime(ms, formats));
  return (
    <dl className="fly-panel lease laps" data-testid="laps">
      <div data-testid="lap-now">
        <dt>{say("laps.now")}</dt>
        <dd className="figure">{time(nowMs)}</dd>
      </div>
      <div data-testid="lap-last">
        <dt>{say("laps.last")}</dt>
        <dd className="figure">{time(lastMs)}</dd>
      </div>
      <div data-testid="lap-best">
        <dt>{say("laps.best")}</dt>
        <dd className="figure">{time(bestMs)}</dd>
      </div>
      <div data-testid="lap-gates">
        <dt>{say("laps.gates")}</dt>
        <dd className="figure">
          {passed}/{gates}
        </dd>
      </div>
    </dl>
  );
}

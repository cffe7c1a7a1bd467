import type { TrialView } from "@pista/contracts";
import { openInterval } from "@pista/kernel";
import type { ReactNode } from "react";
import { cityDay } from "../messages/formats.ts";
import { useWords, type Words } from "../messages/use-words.ts";
import { windowWords } from "../messages/window-words.ts";
import { Note } from "../shell/states.tsx";
import { useNow } from "../use-now.ts";
import { ruleOf } from "./trial-window.ts";

export function TrialCard(props: { readonly trial: TrialView; readonly children: ReactNode }) {
  const words = useWords();
  const { say, formats } = words;
  const { trial } = props;
  const since = trial.since
    ? say("trials.since", { time: formats.dayAndTime(Date.parse(trial.since)) })
    : "";
  return (
    <article
      aria-label={trial.title}
      className="trial"
      data-state={trial.state}
      data-testid={`trial-${trial.id}`}
    >
      <header className="trial-head">
        <div>
          <h2>{trial.title}</h2>
          <p className="second">
            {trial.organisation.name}
            {trial.isDemonstration ? (
              <span className="pill pill-gold trial-demo">{say("trials.demonstration")}</span>
            ) : null}
          </p>
        </div>
        <div className="trial-state">
          <span className="pill">
            <span className={`dot ${stateDot(trial.state)}`} />
            <b>{say(`trial.${trial.state}`)}</b>
            <span className="third">{since}</span>
          </span>
          {props.children}
        </div>
      </header>
      {trial.state === "suspended" && trial.reason ? (
        <Note kind="care">{say("trials.suspendedBecause", { reason: trial.reason })}</Note>
      ) : null}
      <TrialFacts trial={trial} />
    </article>
  );
}

const stateDot = (state: TrialView["state"]): string =>
  state === "activated" ? "" : state === "suspended" ? "dot-stop" : "dot-hollow";

function TrialFacts({ trial }: { readonly trial: TrialView }) {
  const words = useWords();
  const { say } = words;
  const nowMs = useNow(60_000);
  const { lowM, highM } = trial.site.heightBandM;
  const isOpen = openInterval(ruleOf(trial.window), nowMs) !== undefined;
  return (
    <dl className="trial-facts">
      <div>
        <dt>{say("trials.when")}</dt>
        <dd>
          {windowWords(words, trial.window, cityDay(nowMs))}
          <span className="third"> · {say(isOpen ? "trials.nowOpen" : "trials.nowShut")}</span>
        </dd>
      </div>
      <div>
        <dt>{say("trials.site")}</dt>
        <dd>
          {trial.site.name}
          <span className="third">
            {" "}
            · {say("trials.version", { version: trial.site.version })} ·{" "}
            {say("trials.heightBand", { low: lowM, high: highM })}
          </span>
        </dd>
      </div>
      <div>
        <dt>{say("trials.machines")}</dt>
        <dd>{machineWords(words, trial)}</dd>
      </div>
      <div>
        <dt>{say("trials.people")}</dt>
        <dd>{peopleWords(words, trial)}</dd>
      </div>
    </dl>
  );
}

/** Drones by name; of sensors there may be hundreds, so they are counted. */
function machineWords({ say }: Words, { assets }: TrialView): string {
  const drones = assets.filter(({ kind }) => kind === "drone").map(({ name }) => name);
  const sensors = assets.filter(({ kind }) => kind === "sensor").length;
  const said = [...drones, ...(sensors > 0 ? [say("trials.sensors", { count: sensors })] : [])];
  return said.length > 0 ? said.join(", ") : say("trials.machinesNone");
}

function peopleWords({ say }: Words, { grants, assets }: TrialView): string {
  const said = grants.map(({ personName, action, assetId }) => {
    const asset = assets.find(({ id }) => id === assetId)?.name ?? assetId;
    const does =
      action === "drone.fly"
        ? say("trials.grantFly", { asset })
        : action === "drone.watch"
          ? say("trials.grantWatch", { asset })
          : say("trials.grantOther", { action, asset });
    return `${personName} (${does})`;
  });
  return said.length > 0 ? said.join(", ") : say("trials.peopleNone");
}

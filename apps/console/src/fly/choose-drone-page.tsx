import { DroneCard } from "../city/drone-cards.tsx";
import { LiveState } from "../city/live-state.tsx";
import { StaleNote } from "../city/stale-note.tsx";
import { useCityDrones } from "../city/use-city.ts";
import { useStaleSince } from "../city/use-stale.ts";
import { useWords } from "../messages/use-words.ts";
import { Page } from "../shell/page.tsx";
import { EmptyState, LoadingState } from "../shell/states.tsx";
import { CityClock } from "../shell/top-bar.tsx";
import "./fly-page.css";

export default function ChooseDronePage() {
  const { say } = useWords();
  const drones = useCityDrones();
  const isStale = useStaleSince() !== undefined;
  return (
    <Page
      pills={
        <>
          <CityClock />
          <LiveState />
        </>
      }
      title={say("fly.title")}
    >
      <div className="choose" data-stale={isStale}>
        <h2>{say("fly.choose")}</h2>
        <p className="second">{say("fly.chooseLead")}</p>
        <StaleNote />
        {!drones ? (
          <LoadingState label={say("app.loading")} />
        ) : drones.length === 0 ? (
          <EmptyState detail={say("fly.noneDetail")} title={say("fly.none")} />
        ) : (
          <div className="choose-drones">
            {drones.map((drone) => (
              <DroneCard drone={drone} key={drone.id} />
            ))}
          </div>
        )}
      </div>
    </Page>
  );
}

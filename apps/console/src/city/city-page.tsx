import { useState } from "react";
import type { LiveBox } from "../live/live-client.ts";
import { CityMap } from "../map/city-map.tsx";
import { useWords } from "../messages/use-words.ts";
import { Page } from "../shell/page.tsx";
import { CityClock } from "../shell/top-bar.tsx";
import { CityPanel } from "./city-panel.tsx";
import { LiveState } from "./live-state.tsx";
import { useCityBays, useCityCarParks, useCityDrones, useCityTrials } from "./use-city.ts";
import { useIsStale } from "./use-stale.ts";
import "./city-page.css";

/** The city as it is now: a map, and the same in words beside it. */
export function CityPage() {
  const { say } = useWords();
  const [shown, setShown] = useState<LiveBox>();
  const bays = useCityBays(shown);
  const carParks = useCityCarParks();
  const drones = useCityDrones();
  const { trials } = useCityTrials();
  const isStale = useIsStale();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  return (
    <Page
      isFilling
      pills={
        <>
          <CityClock />
          <LiveState />
        </>
      }
      title={say("city.title")}
    >
      <div className="city" data-stale={isStale}>
        <CityMap
          bays={bays.bays}
          carParks={carParks}
          changed={bays.stream.state === "known" ? bays.stream.changed : []}
          drones={drones}
          onSelect={setSelectedId}
          onShown={setShown}
          selectedId={selectedId}
          trials={trials}
        />
        <CityPanel
          bays={bays}
          carParks={carParks}
          drones={drones}
          onSelect={setSelectedId}
          selectedId={selectedId}
        />
      </div>
    </Page>
  );
}

import { ActionIcon, Button } from "@mantine/core";
import type { BayView, CarParkView, DroneView, TrialView } from "@pista/contracts";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { LiveBox } from "../live/live-client.ts";
import { useWords, type Words } from "../messages/use-words.ts";
import { clockWords } from "../messages/window-words.ts";
import { LoadingState, Note } from "../shell/states.tsx";
import { useScheme } from "../theme/use-scheme.ts";
import { MapLegend } from "./map-legend.tsx";
import type { MapView, MapWords } from "./map-view.ts";
import "./city-map.css";

export type CityMapProps = {
  readonly bays: readonly BayView[] | undefined;
  /** The bays of the newest message, for a short highlight. */
  readonly changed: readonly string[];
  readonly carParks: readonly CarParkView[] | undefined;
  readonly drones: readonly DroneView[] | undefined;
  readonly trials: readonly TrialView[] | undefined;
  readonly selectedId: string | null;
  readonly onSelect: (bayId: string | null) => void;
  /** What the map shows, each time it has come to rest. */
  readonly onShown: (box: LiveBox) => void;
};

type Drawing =
  | { readonly state: "loading" }
  | { readonly state: "drawn"; readonly view: MapView }
  | { readonly state: "failed" };

export function CityMap(props: CityMapProps) {
  const { say } = useWords();
  const container = useRef<HTMLDivElement>(null);
  const drawing = useDrawing(container, props);
  const view = drawing.state === "drawn" ? drawing.view : undefined;
  return (
    <div className="map" data-drawing={drawing.state}>
      <div className="map-canvas" ref={container} />
      {drawing.state === "loading" ? (
        <div className="map-cover">
          <LoadingState label={say("city.mapLoading")} />
        </div>
      ) : null}
      {drawing.state === "failed" ? (
        <div className="map-cover map-cover-note">
          <Note kind="care">{say("city.mapFailed")}</Note>
        </div>
      ) : null}
      {view ? <MapControls view={view} /> : null}
      <MapLegend hasSites={Boolean(props.trials?.length)} />
    </div>
  );
}

function MapControls({ view }: { readonly view: MapView }) {
  const { say } = useWords();
  return (
    <div className="map-controls">
      <Button onClick={view.fitBays} size="xs" variant="default">
        {say("city.demoArea")}
      </Button>
      <Button onClick={view.fitCity} size="xs" variant="default">
        {say("city.wholeCity")}
      </Button>
      <ActionIcon
        aria-label={say("city.zoomIn")}
        onClick={() => view.zoomBy(1)}
        size={32}
        variant="default"
      >
        <IconPlus aria-hidden="true" size={16} />
      </ActionIcon>
      <ActionIcon
        aria-label={say("city.zoomOut")}
        onClick={() => view.zoomBy(-1)}
        size={32}
        variant="default"
      >
        <IconMinus aria-hidden="true" size={16} />
      </ActionIcon>
    </div>
  );
}

/** Makes the map once and keeps it in step; its library is fetched after the page is drawn. */
function useDrawing(
  container: { readonly current: HTMLDivElement | null },
  props: CityMapProps,
): Drawing {
  const words = useWords();
  const { scheme } = useScheme();
  const [drawing, setDrawing] = useState<Drawing>({ state: "loading" });
  const view = drawing.state === "drawn" ? drawing.view : undefined;
  const start = useRef({
    scheme,
    words: mapWords(words),
    onSelect: props.onSelect,
    onShown: props.onShown,
  });

  useEffect(() => {
    let isGone = false;
    let made: MapView | undefined;
    const draw = async (): Promise<void> => {
      const { createMapView } = await import("./map-view.ts");
      if (isGone || !container.current) return;
      const prefersStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const drawn = await createMapView({
        ...start.current,
        container: container.current,
        prefersStill,
      });
      if (isGone) return drawn.remove();
      made = drawn;
      setDrawing({ state: "drawn", view: drawn });
    };
    draw().catch(() => {
      // The reason is always the same (no WebGL 2), and the page says what to do without a map.
      if (!isGone) setDrawing({ state: "failed" });
    });
    return () => {
      isGone = true;
      made?.remove();
    };
  }, [container]);

  useEffect(() => view?.setScheme(scheme), [view, scheme]);
  useEffect(() => view?.setBays(props.bays ?? []), [view, props.bays]);
  useEffect(() => view?.flash(props.changed), [view, props.changed]);
  useEffect(() => view?.select(props.selectedId), [view, props.selectedId]);
  useEffect(() => view?.setCarParks(props.carParks ?? []), [view, props.carParks]);
  // Words are named too: the sites' labels are written in them.
  useEffect(() => {
    view?.setWords(mapWords(words));
    view?.setTrials(props.trials ?? []);
  }, [view, props.trials, words]);
  useEffect(() => view?.setDrones(props.drones ?? []), [view, props.drones]);
  return drawing;
}

const mapWords = ({ say }: Words): MapWords => ({
  label: say("city.map"),
  unknown: say("park.unknown"),
  siteLabel: ({ site, state, window }) =>
    state === "suspended"
      ? `${site.name}: ${say("trial.suspended")}`
      : window.toMinute < 1_440
        ? say("drone.until", { site: site.name, time: clockWords(window.toMinute) })
        : site.name,
});

import type { DroneView, SiteView, TrialView } from "@pista/contracts";
import { epochMs } from "@pista/kernel";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useCityDrones, useCityTrials } from "../city/use-city.ts";
import { useMe } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import type { Cockpit } from "../pilot/compose-pilot.ts";
import type { PilotView } from "../pilot/pilot.ts";
import { Page } from "../shell/page.tsx";
import { EmptyState, LoadingState } from "../shell/states.tsx";
import { useNow } from "../use-now.ts";
import { AgePanel } from "./age-panel.tsx";
import { CommandBar } from "./command-bar.tsx";
import { ControlCard } from "./control-card.tsx";
import { FiguresBar } from "./figures-bar.tsx";
import { FlyPills } from "./fly-pills.tsx";
import { ForceCard } from "./force-card.tsx";
import { GuardPanel } from "./guard-panel.tsx";
import { type HallSource, HallView } from "./hall-view.tsx";
import { HeightPanel } from "./height-panel.tsx";
import { gatesPassed, lapFigures } from "./lap-figures.ts";
import { LapPanel } from "./lap-panel.tsx";
import { LeasePanel } from "./lease-panel.tsx";
import { type Scene, sceneOfBeacon, sceneOfDrone } from "./scene.ts";
import { type Situation, situationOf } from "./situation.ts";
import { StopButton } from "./stop-button.tsx";
import { TouchSticks } from "./touch-sticks.tsx";
import { useCockpit, usePilotView } from "./use-cockpit.ts";
import "./fly-page.css";
import "./fly-panels.css";

/** One drone: its pilot's cockpit, or everyone else's view of it. */
export default function FlyPage({ droneId }: { readonly droneId: string }) {
  const { say } = useWords();
  const drones = useCityDrones();
  const { trials } = useCityTrials();
  const drone = drones?.find(({ id }) => id === droneId);
  if (!drones || !trials) {
    return (
      <Page title={say("fly.title")}>
        <LoadingState label={say("app.loading")} />
      </Page>
    );
  }
  if (!drone) {
    return (
      <Page title={say("fly.title")}>
        <EmptyState title={say("fly.gone")}>
          <Link className="fly-back" to="/fly">
            {say("fly.back")}
          </Link>
        </EmptyState>
      </Page>
    );
  }
  return <DroneScreen drone={drone} trial={trials.find(({ id }) => id === drone.trialId)} />;
}

function DroneScreen(props: { readonly drone: DroneView; readonly trial: TrialView | undefined }) {
  const { drone, trial } = props;
  const cockpit = useCockpit(drone.id);
  const view = usePilotView(cockpit);
  const personId = useMe().data?.person?.id ?? "";
  const nowMs = useNow();
  const situation = situationOf(drone, trial, { personId, nowMs: epochMs(nowMs) });
  const scene = view?.beacon
    ? sceneOfBeacon(view.beacon)
    : drone.phase && drone.gateway === "online"
      ? sceneOfDrone(drone)
      : undefined;
  const control = view?.control;
  const site = useSameSite(control?.state === "held" ? control.held.lease.site : trial?.site);
  return (
    <Page
      isFilling
      pills={<FlyPills cockpit={cockpit} drone={drone} scene={scene} view={view} />}
      title={drone.name}
    >
      <Cabin
        cockpit={cockpit}
        drone={drone}
        scene={scene}
        site={site}
        situation={situation}
        view={view}
      />
    </Page>
  );
}

/** Every renewal brings the site again; a site of one version never changes, so the first is kept. */
function useSameSite(site: SiteView | undefined): SiteView | undefined {
  const kept = useRef(site);
  const isSame = kept.current?.id === site?.id && kept.current?.version === site?.version;
  if (!isSame) kept.current = site;
  return kept.current;
}

type CabinProps = {
  readonly cockpit: Cockpit | undefined;
  readonly view: PilotView | undefined;
  readonly drone: DroneView;
  readonly scene: Scene | undefined;
  readonly site: SiteView | undefined;
  readonly situation: Situation;
};

function Cabin({ cockpit, view, drone, scene, site, situation }: CabinProps) {
  const { say } = useWords();
  const control = view?.control;
  const isHeld = control?.state === "held";
  const gates = site?.indoor?.gates.length ?? 0;
  const source = useHallSource(cockpit, drone, gates);
  const laps = lapFigures(view?.laps, gates, view?.beacon?.sentAtMs);
  return (
    <div
      className="fly"
      data-control={control?.state ?? "idle"}
      data-link={isHeld ? control.link.state : "none"}
      data-lock={scene?.lock ?? ""}
      data-phase={scene?.phase ?? ""}
      data-rung={scene?.rung ?? ""}
      data-testid="fly-state"
    >
      <div className="fly-picture">
        {site?.indoor ? (
          <HallView hall={site.indoor} source={source} />
        ) : (
          <EmptyState title={say("fly.noSite")} />
        )}
      </div>
      <div className="fly-left">
        <GuardPanel brakes={drone.brakes} isPilot={isHeld} scene={scene} signing={drone.signing} />
        <AgePanel scene={scene} />
        {isHeld ? <LeasePanel held={control.held} /> : null}
        {laps ? <LapPanel figures={laps} /> : null}
      </div>
      <div className="fly-right">{site ? <HeightPanel scene={scene} site={site} /> : null}</div>
      <div className="fly-middle">
        {isHeld ? null : <ForceCard drone={drone} />}
        <ControlCard cockpit={cockpit} drone={drone} situation={situation} view={view} />
      </div>
      <div className="fly-bottom">
        {isHeld && cockpit && view ? <CommandBar cockpit={cockpit} view={view} /> : null}
        <FiguresBar scene={scene} />
      </div>
      {isHeld && cockpit ? <TouchSticks touch={cockpit.hands.touch} /> : null}
      <StopButton
        isLatched={scene?.isStopLatched ?? false}
        isPending={view?.isStopPending ?? false}
        isUsable={isHeld || view?.beacon !== undefined}
        onPress={() => cockpit?.pilot.command("stop")}
      />
    </div>
  );
}

/** The newest of what the gateway tells its pilot, else of what the hub heard. */
function useHallSource(cockpit: Cockpit | undefined, drone: DroneView, gates: number): HallSource {
  const latest = useRef(drone);
  latest.current = drone;
  return useMemo(() => {
    let heard = { drone: latest.current, version: 0 };
    return {
      scene() {
        const beacon = cockpit?.pilot.newestBeacon();
        if (beacon) {
          const { pose, roomM, poseSequence } = beacon;
          const told = cockpit?.pilot.view().laps;
          const laps = told && { nextGate: told.nextGate, passed: gatesPassed(told, gates) };
          return { pose, roomM, laps, isFaint: false, version: poseSequence };
        }
        if (heard.drone !== latest.current) {
          heard = { drone: latest.current, version: heard.version - 1 };
        }
        const { pose, roomM } = sceneOfDrone(heard.drone);
        // Negative, so that no pose of the gateway's has the same number.
        const isFaint = heard.drone.gateway !== "online";
        return { pose, roomM, laps: undefined, isFaint, version: heard.version - 2 };
      },
      painted: (version) => {
        if (version >= 0) cockpit?.pilot.posePainted(version);
      },
    };
  }, [cockpit, gates]);
}

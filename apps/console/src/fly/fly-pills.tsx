import { Button } from "@mantine/core";
import type { DroneView } from "@pista/contracts";
import { useWords } from "../messages/use-words.ts";
import type { Cockpit } from "../pilot/compose-pilot.ts";
import type { PilotView } from "../pilot/pilot.ts";
import type { Scene } from "./scene.ts";

/** Who flies, and by what lease. */
export function FlyPills(props: {
  readonly cockpit: Cockpit | undefined;
  readonly view: PilotView | undefined;
  readonly drone: DroneView;
  readonly scene: Scene | undefined;
}) {
  const { say } = useWords();
  const { cockpit, view, drone, scene } = props;
  const phase = scene?.phase ? say(`drone.${scene.phase}`) : say("drone.silent");
  if (view?.control.state !== "held") {
    return (
      <>
        <span className="pill">
          <span className="dot dot-hollow" />
          {drone.pilot ? say("fly.takenBy", { name: drone.pilot.name }) : say("fly.watching")}
        </span>
        <span className="pill">{phase}</span>
      </>
    );
  }
  const isUp = view.control.link.state === "up";
  return (
    <>
      <span className="pill">
        <span className={isUp ? "dot" : "dot dot-care"} />
        {say("fly.youFly")}
        <span className="figure">{say("fly.lease", { epoch: view.control.held.lease.epoch })}</span>
      </span>
      <span className="pill">{phase}</span>
      <Button
        data-testid="fly-leave"
        onClick={() => void cockpit?.pilot.release()}
        size="xs"
        variant="default"
      >
        {say("fly.release")}
      </Button>
    </>
  );
}

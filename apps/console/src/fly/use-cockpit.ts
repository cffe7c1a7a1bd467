import { useEffect, useState, useSyncExternalStore } from "react";
import { useParts } from "../parts.ts";
import { type Cockpit, composeCockpit } from "../pilot/compose-pilot.ts";
import type { PilotView } from "../pilot/pilot.ts";

const nothing = (): (() => void) => () => undefined;

/** A cockpit for as long as the page shows this drone; leaving the page gives the drone back. */
export function useCockpit(droneId: string): Cockpit | undefined {
  const { transport, clock } = useParts();
  const [cockpit, setCockpit] = useState<Cockpit>();
  useEffect(() => {
    const made = composeCockpit(droneId, { transport, clock });
    setCockpit(made);
    made.resume();
    return () => {
      made.leave();
      setCockpit(undefined);
    };
  }, [droneId, transport, clock]);
  return cockpit;
}

export function usePilotView(cockpit: Cockpit | undefined): PilotView | undefined {
  return useSyncExternalStore(cockpit?.pilot.subscribe ?? nothing, () => cockpit?.pilot.view());
}

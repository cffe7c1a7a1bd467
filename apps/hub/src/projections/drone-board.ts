import type { DroneView, Telemetry } from "@pista/contracts";
import { type AssetId, type Clock, formatRfc3339, fromLocal, type LngLat } from "@pista/kernel";
import { type Changes, createChanges } from "./changes.ts";

/** Drones as their gateways last told, for those who watch. */
export interface DroneBoard {
  readonly changes: Changes<DroneView>;
  add(drone: {
    assetId: AssetId;
    name: string;
    trialId: string | null;
    origin: LngLat | undefined;
  }): void;
  setGateway(assetId: AssetId, gateway: DroneView["gateway"]): void;
  setPilot(
    assetId: AssetId,
    pilot: { leaseId: string; personId: string; name: string } | undefined,
  ): void;
  setAsking(assetId: AssetId, asking: DroneView["asking"]): void;
  setTelemetry(assetId: AssetId, telemetry: Telemetry): void;
  list(): readonly DroneView[];
}

type Entry = { view: DroneView; origin: LngLat | undefined };

/** What is not known is null, never a zero or a last value passed off as news. */
const unheard = {
  phase: null,
  armed: null,
  rung: null,
  lock: null,
  commandAgeMs: null,
  batteryPct: null,
  signing: null,
  brakes: null,
  position: null,
  onMap: null,
  headingDeg: null,
  speedMps: null,
} as const;

export function createDroneBoard(clock: Clock): DroneBoard {
  const entries = new Map<AssetId, Entry>();
  const changes = createChanges<DroneView>();

  const change = (assetId: AssetId, news: Partial<DroneView>): void => {
    const entry = entries.get(assetId);
    if (!entry) return;
    entry.view = { ...entry.view, ...news };
    changes.tell([entry.view]);
  };

  return {
    changes,
    add({ assetId, name, trialId, origin }) {
      const view: DroneView = {
        id: assetId,
        name,
        trialId,
        gateway: "none",
        pilot: null,
        leaseId: null,
        asking: null,
        ...unheard,
        observedAt: null,
      };
      entries.set(assetId, { view, origin });
    },
    setGateway(assetId, gateway) {
      change(assetId, gateway === "online" ? { gateway } : { gateway, ...unheard });
    },
    setPilot(assetId, pilot) {
      change(assetId, {
        leaseId: pilot?.leaseId ?? null,
        pilot: pilot ? { personId: pilot.personId, name: pilot.name } : null,
      });
    },
    setAsking: (assetId, asking) => change(assetId, { asking }),
    setTelemetry(assetId, { op: _, ...telemetry }) {
      const origin = entries.get(assetId)?.origin;
      const { position } = telemetry;
      const onMap = origin && position ? fromLocal(origin, position) : undefined;
      change(assetId, {
        ...telemetry,
        onMap: onMap ? [onMap.lngDeg, onMap.latDeg] : null,
        observedAt: formatRfc3339(clock.nowMs()),
      });
    },
    list: () => [...entries.values()].map(({ view }) => view),
  };
}

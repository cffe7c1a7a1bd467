import type { BayView, CarParkView, DroneView, TrialView } from "@pista/contracts";
import { useMemo } from "react";
import { useBays, useCarParks, useDrones, useMay, useTrials } from "../http/queries.ts";
import type { LiveView } from "../live/live-client.ts";
import { useLive } from "../live/use-live.ts";
import { joinBays } from "./bays.ts";

export type CityBays = {
  readonly bays: readonly BayView[] | undefined;
  readonly fault: Error | null;
  readonly retry: () => void;
  readonly stream: LiveView<"bays">;
};

/** The bays with their places from the route and their state from the stream. */
export function useCityBays(): CityBays {
  const { data, error, refetch } = useBays();
  const stream = useLive("bays");
  const bays = useMemo(() => data && joinBays(data, stream), [data, stream]);
  return { bays, fault: error, retry: () => void refetch(), stream };
}

/** The stream's entry where there is one, else what the route gave. */
function overlay<Entry extends { readonly id: string }>(
  fetched: readonly Entry[] | undefined,
  stream: { readonly state: string; readonly entries?: ReadonlyMap<string, Entry> },
): readonly Entry[] | undefined {
  const { entries } = stream;
  if (!entries) return fetched;
  const known = new Set((fetched ?? []).map(({ id }) => id));
  return [
    ...(fetched ?? []).map((entry) => entries.get(entry.id) ?? entry),
    ...[...entries.values()].filter(({ id }) => !known.has(id)),
  ];
}

export function useCityCarParks(): readonly CarParkView[] | undefined {
  const { data } = useCarParks();
  const stream = useLive("car-parks");
  return useMemo(() => overlay(data, stream), [data, stream]);
}

export function useCityDrones(): readonly DroneView[] | undefined {
  const isWanted = useMay("city.read");
  const { data } = useDrones();
  const stream = useLive("drones", { isWanted });
  return useMemo(() => (isWanted ? overlay(data, stream) : undefined), [isWanted, data, stream]);
}

export function useCityTrials(): {
  readonly trials: readonly TrialView[] | undefined;
  readonly fault: Error | null;
  readonly retry: () => void;
} {
  const isWanted = useMay("trial.read");
  const { data, error, refetch } = useTrials();
  const stream = useLive("trials", { isWanted });
  const trials = useMemo(
    () => (isWanted ? overlay(data, stream) : undefined),
    [isWanted, data, stream],
  );
  return { trials, fault: error, retry: () => void refetch() };
}

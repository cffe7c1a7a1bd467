import type { BayView, CarParkView, DroneView, TrialView } from "@pista/contracts";
import { ApiRefusal } from "@pista/contracts";
import { useEffect, useMemo, useRef } from "react";
import { useBays, useCarParks, useDrones, useMay, useTrials } from "../http/queries.ts";
import type { LiveBox, LiveView } from "../live/live-client.ts";
import { useLive } from "../live/use-live.ts";
import { useParts } from "../parts.ts";
import { isOfSameBays, joinBays } from "./bays.ts";

export type CityBays = {
  readonly bays: readonly BayView[] | undefined;
  /** The map shows more than the hub gives at once. */
  readonly isTooMany: boolean;
  readonly fault: Error | null;
  readonly retry: () => void;
  readonly stream: LiveView<"bays">;
};

const isRefusedAsTooMany = (fault: Error | null): boolean =>
  fault instanceof ApiRefusal && fault.problem.code === "too-many-bays";

/**
 * The bays with their places from the route and their state from the stream: those of the whole city,
 * or, where the city has too many, those of what the map shows.
 */
export function useCityBays(shown: LiveBox | undefined): CityBays {
  const { live } = useParts();
  const whole = useBays({ isWanted: true });
  const isLarge = isRefusedAsTooMany(whole.error);
  const near = useBays({ bbox: shown?.join(), isWanted: isLarge && shown !== undefined });
  const asked = isLarge ? near : whole;
  const { data, error, refetch } = asked;
  useEffect(() => live.watchBox(isLarge ? shown : undefined), [live, isLarge, shown]);
  const stream = useLive("bays");
  useAnew(asked, stream);
  // Where no map can be drawn there is no smaller box to ask for either.
  const isTooMany = isRefusedAsTooMany(error) || (isLarge && shown === undefined);
  const bays = useMemo(
    () => (isTooMany ? [] : data && joinBays(data, stream)),
    [isTooMany, data, stream],
  );
  return { bays, isTooMany, fault: error, retry: () => void refetch(), stream };
}

/** Bays that have begun or ended come with a new snapshot of the stream; then the list is fetched anew. */
function useAnew(
  { data, isPlaceholderData, refetch }: ReturnType<typeof useBays>,
  stream: LiveView<"bays">,
): void {
  const compared = useRef<LiveView>(undefined);
  useEffect(() => {
    const isSnapshot = stream.state === "known" && stream.changed.length === 0;
    if (!isSnapshot || !data || isPlaceholderData || compared.current === stream) return;
    // Each snapshot is compared once: what differs for long must not be fetched for ever.
    compared.current = stream;
    if (!isOfSameBays(data, stream.entries)) void refetch();
  }, [data, isPlaceholderData, refetch, stream]);
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

import {
  ApiRefusal,
  type AuditView,
  type BayView,
  type CarParkView,
  call,
  type DrawnBayView,
  type DroneView,
  type FeedView,
  listApiKeys,
  listAudit,
  listBayReports,
  listBays,
  listDrones,
  listFeeds,
  listPeople,
  listPublicBays,
  listPublicCarParks,
  listTrials,
  type MeView,
  me,
  type ReportView,
  readBay,
  type TrialView,
} from "@pista/contracts";
import type { Action, PlatformAction } from "@pista/programme";
import { rolesFor } from "@pista/programme";
import { QueryCache, QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParts } from "../parts.ts";

const secondMs = 1_000;

/** A refusal is an answer: only what never reached the hub is worth asking again. */
const isWorthRetrying = (failures: number, fault: Error): boolean =>
  failures < 2 && !(fault instanceof ApiRefusal);

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(fault, query) {
        // The cookie ran out: every page learns it at once.
        const isSignedOut = fault instanceof ApiRefusal && fault.problem.code === "not-signed-in";
        if (isSignedOut && query.queryKey[0] !== "me") {
          void client.invalidateQueries({ queryKey: ["me"] });
        }
      },
    }),
    defaultOptions: {
      queries: { retry: isWorthRetrying, staleTime: 10 * secondMs, refetchOnWindowFocus: true },
    },
  });
  return client;
}

export function useMe() {
  const { transport } = useParts();
  return useQuery<MeView>({
    queryKey: ["me"],
    queryFn: () => call(transport, me, {}),
    staleTime: 60 * secondMs,
  });
}

/** Whether the person's roles carry an action: the hub decides, this only hides what is hopeless. */
export function useMay(action: PlatformAction): boolean {
  const roles = useMe().data?.person?.roles ?? [];
  const carrying: readonly string[] = rolesFor[action satisfies Action];
  return roles.some((role) => carrying.includes(role));
}

/** Bays of a box, "w,s,e,n", or of the whole city. */
export function useBays(asked: { readonly bbox?: string | undefined; readonly isWanted: boolean }) {
  const { transport } = useParts();
  const { bbox, isWanted } = asked;
  const isSignedIn = Boolean(useMe().data?.person);
  const query = bbox === undefined ? {} : { bbox };
  return useQuery<readonly BayView[]>({
    queryKey: ["bays", isSignedIn, bbox],
    enabled: isWanted,
    // While the map is moved, what it showed stays until the next is there.
    placeholderData: (previous) => previous,
    queryFn: async () =>
      (await call(transport, isSignedIn ? listBays : listPublicBays, { query })).items,
    // The stream tells every change of state; confidence also falls by time alone.
    refetchInterval: 60 * secondMs,
  });
}

export function useCarParks() {
  const { transport } = useParts();
  return useQuery<readonly CarParkView[]>({
    queryKey: ["car-parks"],
    queryFn: async () => (await call(transport, listPublicCarParks, {})).items,
    refetchInterval: 120 * secondMs,
  });
}

export function useFeeds() {
  const { transport } = useParts();
  const isPermitted = useMay("city.read");
  return useQuery<readonly FeedView[]>({
    queryKey: ["feeds"],
    enabled: isPermitted,
    queryFn: async () => (await call(transport, listFeeds, {})).items,
    refetchInterval: 60 * secondMs,
  });
}

/** A bay as it is drawn. Its rules change with the hour, so it is asked again each minute. */
export function useDrawnBay(bayId: string) {
  const { transport } = useParts();
  return useQuery<DrawnBayView>({
    queryKey: ["drawn-bay", bayId],
    queryFn: () => call(transport, readBay, { params: { bayId } }),
    refetchInterval: 60 * secondMs,
  });
}

const reportsShown = 200;
const dayMs = 86_400_000;

export function useBayReports(bayId: string, options: { readonly newestAt: string | null }) {
  const { transport, clock } = useParts();
  const isSignedIn = Boolean(useMe().data?.person);
  return useQuery<readonly ReportView[]>({
    // A newer report renews the list.
    queryKey: ["bay-reports", bayId, options.newestAt],
    enabled: isSignedIn,
    placeholderData: (previous) => previous,
    queryFn: async () => {
      const from = new Date(clock.nowMs() - dayMs).toISOString();
      const query = { from, limit: reportsShown };
      const { items } = await call(transport, listBayReports, { params: { bayId }, query });
      return items;
    },
  });
}

export function useTrials() {
  const { transport } = useParts();
  const isPermitted = useMay("trial.read");
  return useQuery<readonly TrialView[]>({
    queryKey: ["trials"],
    enabled: isPermitted,
    queryFn: async () => (await call(transport, listTrials, {})).items,
  });
}

export function useDrones() {
  const { transport } = useParts();
  const isPermitted = useMay("city.read");
  return useQuery<readonly DroneView[]>({
    queryKey: ["drones"],
    enabled: isPermitted,
    queryFn: async () => (await call(transport, listDrones, {})).items,
  });
}

export function useAudit() {
  const { transport } = useParts();
  const isPermitted = useMay("audit.read");
  return useInfiniteQuery({
    queryKey: ["audit"],
    enabled: isPermitted,
    initialPageParam: undefined as string | undefined, // The type cannot be inferred from undefined.
    queryFn: ({ pageParam }): Promise<{ items: AuditView[]; nextCursor: string | null }> =>
      call(transport, listAudit, {
        query: { limit: 20, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export function usePeople() {
  const { transport } = useParts();
  const isPermitted = useMay("people.read");
  return useQuery({
    queryKey: ["people"],
    enabled: isPermitted,
    queryFn: async () => (await call(transport, listPeople, {})).items,
  });
}

export function useApiKeys() {
  const { transport } = useParts();
  return useQuery({
    queryKey: ["api-keys"],
    queryFn: async () => (await call(transport, listApiKeys, {})).items,
  });
}

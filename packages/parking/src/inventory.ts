import type { AssetId, EpochMs, LngLat, OrganisationId } from "@pista/kernel";
import type { BayId, CarParkId, ZoneId } from "./identity.ts";

/** A bay as the city drew it. What stands in it is a projection of reports: see bay-state.ts. */
export type Bay = {
  readonly bayId: BayId;
  readonly zoneId: ZoneId;
  readonly organisationId: OrganisationId;
  /** What a driver or officer would say: street and number. */
  readonly label: string;
  /** The two ends of the bay along the kerb. */
  readonly kerb: readonly [LngLat, LngLat];
  /** The sensor that watches it, if one does. */
  readonly deviceId: AssetId | undefined;
};

/** The middle of the bay's kerb. */
export function bayCentre(bay: Pick<Bay, "kerb">): LngLat {
  const [from, to] = bay.kerb;
  return {
    lngDeg: (from.lngDeg + to.lngDeg) / 2,
    latDeg: (from.latDeg + to.latDeg) / 2,
  };
}

export type CarParkTendency = "filling" | "steady" | "emptying" | "unknown";

/** One reading of a car park by whoever counts its barriers. */
export type CarPark = {
  readonly carParkId: CarParkId;
  readonly name: string;
  readonly position: LngLat;
  readonly spaces: number;
  /** Undefined when the source does not say: unknown is never zero (BS2). */
  readonly freeSpaces: number | undefined;
  readonly tendency: CarParkTendency;
  /** When it was counted, when its source told, and when it came to us (IN4). */
  readonly observedAtMs: EpochMs;
  readonly publishedAtMs: EpochMs | undefined;
  readonly receivedAtMs: EpochMs | undefined;
  readonly source: string;
};

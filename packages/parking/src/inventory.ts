import type { AssetId, EpochMs, LngLat, OrganisationId, WindowRule } from "@pista/kernel";
import type {
  AreaId,
  BayId,
  CarParkId,
  CurbObjectId,
  FacilityId,
  PolicyId,
  ZoneId,
} from "./identity.ts";
import type { Policy } from "./policy.ts";

// The kerb as the Curb Data Specification 1.1 (CDS) describes it in its Curbs API, in this product's
// words: a CDS space is a bay. github.com/openmobilityfoundation/curb-data-specification, curbs/README.md.
// `published_date`, `last_updated_date`, `start_date` and `end_date` stand in no type: they are the
// moments of an item's history (inventory-versions.ts), first version to end.

/** First and last point are the same (RFC 7946, section 3.1.6). */
export type Ring = readonly LngLat[];

export const streetSides = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"] as const;
export const parkingAngles = ["parallel", "perpendicular", "angled"] as const;

/** A stretch of kerb under common policies ("Curb Zone"). */
export type Zone = {
  readonly zoneId: ZoneId;
  readonly name: string;
  /** `geometry`, a polygon. */
  readonly ring?: Ring;
  /** The kerb as a line, which CDS knows since 1.1; a zone has a ring or a line. */
  readonly line?: readonly LngLat[];
  /** `curb_policy_ids` */
  readonly policyIds: readonly PolicyId[];
  /** `curb_area_ids`; what CDS lists in an area as `curb_zone_ids` follows from it. */
  readonly areaIds: readonly AreaId[];
  /** `prev_curb_zone_ids`: the zones it came from, newest first. */
  readonly prevZoneIds?: readonly ZoneId[];
  /** `user_zone_id`: what signs and parking apps call it. */
  readonly userZoneId?: string;
  readonly streetName?: string;
  readonly crossStreetStartName?: string;
  readonly crossStreetEndName?: string;
  readonly streetSide?: (typeof streetSides)[number];
  /** On the strip between two roadways. */
  readonly median?: boolean;
  /** It takes the whole width of the street; then it has no side. */
  readonly entireRoadway?: boolean;
  readonly parkingAngle?: (typeof parkingAngles)[number];
  /** `num_spaces`: marked bays, also where they are not drawn one by one. */
  readonly numSpaces?: number;
  readonly lengthCm?: number;
  readonly widthCm?: number;
};

/** A neighbourhood or corridor; areas may overlap ("Curb Area"). */
export type Area = {
  readonly areaId: AreaId;
  readonly name: string;
  readonly ring: Ring;
};

/** For whom a bay is marked. CDS says it by policies alone; a driver looks for the paint. */
export const bayKinds = [
  "general",
  "disabled",
  "loading",
  "electric",
  "resident",
  "motorcycle",
  "taxi",
  "car-sharing",
] as const;
export type BayKind = (typeof bayKinds)[number];

/** A bay as the city drew it ("Curb Space"). */
export type DrawnBay = {
  readonly bayId: BayId;
  readonly zoneId: ZoneId;
  /** What a driver or officer would say: street and number. */
  readonly label: string;
  /** The two ends of the bay along the kerb. */
  readonly kerb: readonly [LngLat, LngLat];
  readonly kind: BayKind;
  /** Policies of this bay beside its zone's. In CDS such a bay is a zone of its own. */
  readonly policyIds: readonly PolicyId[];
  /** `space_number`: within its zone, from 1. */
  readonly spaceNumber?: number;
  readonly lengthCm?: number;
  readonly widthCm?: number;
};

/** A bay as boards hold it. What stands in it is a projection of reports: see bay-state.ts. */
export type Bay = Pick<DrawnBay, "bayId" | "zoneId" | "label" | "kerb"> & {
  readonly organisationId: OrganisationId;
  /** The sensor that watches it, if one does. */
  readonly deviceId: AssetId | undefined;
  /** What was reported before it is another sensor's; undefined where nobody wrote it down. */
  readonly watchedSinceMs?: EpochMs | undefined;
};

/** The middle of the bay's kerb. */
export function bayCentre(bay: Pick<Bay, "kerb">): LngLat {
  const [from, to] = bay.kerb;
  return {
    lngDeg: (from.lngDeg + to.lngDeg) / 2,
    latDeg: (from.latDeg + to.latDeg) / 2,
  };
}

/** A thing at the kerb ("Curb Object"). */
export type CurbObject = {
  readonly curbObjectId: CurbObjectId;
  /** The zone that it is in or nearest to, and the bay where one is meant. */
  readonly zoneId: ZoneId;
  readonly bayId?: BayId;
  /** `curb_policy_id`: the policy that a sign or paint tells of. */
  readonly policyId?: PolicyId;
  /** An open list: "signage", "pay_station", "ev_charging", "fire_hydrant", "bike_rack". */
  readonly objectType: string;
  readonly name: string;
  readonly position: LngLat;
  readonly description?: string;
  readonly owner?: string;
  readonly operator?: string;
  /** `external_object_id` and `external_object_url` */
  readonly externalId?: string;
  readonly externalUrl?: string;
};

export const entranceUses = ["vehicles", "pedestrians", "both"] as const;

/** A car park as it is built. CDS ends at the kerb, so these words are ours. */
export type OffStreetFacility = {
  readonly facilityId: FacilityId;
  readonly name: string;
  readonly address: string;
  readonly entrances: readonly {
    readonly position: LngLat;
    readonly use: (typeof entranceUses)[number];
  }[];
  /** Places for each kind of bay; a kind that is left out has none. */
  readonly capacity: Readonly<Partial<Record<BayKind, number>>>;
  /** Left out: open at all times. */
  readonly openingHours?: readonly WindowRule[];
  readonly maxHeightCm?: number;
  readonly operator?: string;
  /** Whose readings are its live count. */
  readonly carParkId?: CarParkId;
};

/** What one organisation has at kerbs and off the street. */
export type Inventory = {
  /**
   * What it stands in the place of: everything of the organisation, or only the zones that it lists,
   * with their bays and curb objects. Other policies, areas and facilities are then left as they are.
   */
  readonly replaces: "everything" | "listed-zones";
  /** Zones that end, with their bays and curb objects, where only the listed ones are replaced. */
  readonly endedZoneIds: readonly ZoneId[];
  readonly policies: readonly Policy[];
  readonly areas: readonly Area[];
  readonly zones: readonly Zone[];
  readonly bays: readonly DrawnBay[];
  readonly curbObjects: readonly CurbObject[];
  readonly offStreet: readonly OffStreetFacility[];
};

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

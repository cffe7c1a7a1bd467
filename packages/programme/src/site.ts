import type { EnuM, LngLat, SiteId } from "@pista/kernel";

/** A place, immutable once versioned: a change of the polygon is a new version. */
export type Site = {
  readonly siteId: SiteId;
  readonly version: number;
  readonly name: string;
  readonly ring: readonly LngLat[];
  /** Height above the site's floor or ground within which it holds. */
  readonly heightBandM: { readonly lowM: number; readonly highM: number };
  readonly indoor: IndoorFrame | undefined;
};

/** A local metric frame, east-north-up, anchored to WGS 84 at the hall's south-west corner. */
export type IndoorFrame = {
  readonly origin: LngLat;
  readonly sizeM: { readonly eastM: number; readonly northM: number; readonly upM: number };
  readonly obstacles: readonly Obstacle[];
  readonly landingSpots: readonly { readonly eastM: number; readonly northM: number }[];
  /** A circuit in the order in which it is flown; a version from before there were gates has none. */
  readonly gates?: readonly Gate[];
};

/** An upright box standing on the floor. */
export type Obstacle = {
  readonly westM: number;
  readonly southM: number;
  readonly eastM: number;
  readonly northM: number;
  readonly topM: number;
};

/** An upright rectangle in the air, to be flown through in its direction. */
export type Gate = {
  readonly centre: EnuM;
  /** Clockwise from north. */
  readonly headingDeg: number;
  readonly widthM: number;
  readonly heightM: number;
};

/** WGS 84, degrees. Longitude first, as in GeoJSON (RFC 7946, section 3.1.1). */
export type LngLat = { readonly lngDeg: number; readonly latDeg: number };

/** West, south, east, north; degrees. */
export type BoundingBox = {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
};

/** East, north, up; metres from a site's origin. */
export type EnuM = { readonly eastM: number; readonly northM: number; readonly upM: number };

/** East, north, up; metres per second. */
export type EnuMps = {
  readonly eastMps: number;
  readonly northMps: number;
  readonly upMps: number;
};

/** Mean radius of the WGS 84 ellipsoid (2a + b) / 3. */
const earthRadiusM = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export const isLngLat = (lngDeg: number, latDeg: number): boolean =>
  lngDeg >= -180 && lngDeg <= 180 && latDeg >= -90 && latDeg <= 90;

export const isWithin = (point: LngLat, box: BoundingBox): boolean =>
  point.lngDeg >= box.westDeg &&
  point.lngDeg <= box.eastDeg &&
  point.latDeg >= box.southDeg &&
  point.latDeg <= box.northDeg;

/**
 * Whether a point lies in a polygon, by the even-odd rule over its edges. The ring may be open or
 * closed. Points on an edge may fall on either side: sites are drawn with a margin.
 */
export function isInside(point: LngLat, ring: readonly LngLat[]): boolean {
  let inside = false;
  for (let index = 0; index < ring.length; index++) {
    const from = ring[index];
    const to = ring[(index + 1) % ring.length];
    if (!from || !to || from.latDeg > point.latDeg === to.latDeg > point.latDeg) continue;
    const share = (point.latDeg - from.latDeg) / (to.latDeg - from.latDeg);
    if (point.lngDeg < from.lngDeg + share * (to.lngDeg - from.lngDeg)) inside = !inside;
  }
  return inside;
}

/**
 * A point of a site's local frame on the map: an equirectangular step from the origin, good to a
 * millimetre within a kilometre at Turin's latitude.
 */
export function fromLocal(origin: LngLat, offset: { eastM: number; northM: number }): LngLat {
  const latDeg = origin.latDeg + (offset.northM / earthRadiusM) * (180 / Math.PI);
  const metresPerRadian = earthRadiusM * Math.cos(radians(origin.latDeg));
  return { lngDeg: origin.lngDeg + (offset.eastM / metresPerRadian) * (180 / Math.PI), latDeg };
}

/** The inverse of `fromLocal`. */
export function toLocal(origin: LngLat, point: LngLat): { eastM: number; northM: number } {
  return {
    eastM: radians(point.lngDeg - origin.lngDeg) * earthRadiusM * Math.cos(radians(origin.latDeg)),
    northM: radians(point.latDeg - origin.latDeg) * earthRadiusM,
  };
}

export const speedOf = (velocity: EnuMps): number =>
  Math.hypot(velocity.eastMps, velocity.northMps, velocity.upMps);

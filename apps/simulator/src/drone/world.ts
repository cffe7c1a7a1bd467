import { type EnuM, fromLocal, isLngLat, type LngLat, toLocal } from "@pista/kernel";
import {
  degE7FromDeg,
  MavCmd,
  MavFrame,
  type MissionItem,
  mmFromM,
  type OutgoingMessage,
} from "@pista/mavlink";

/** A point of the earth, its height above the sea. */
export type EarthPoint = LngLat & { readonly altitudeAmslM: number };

/**
 * Where the hall lies on earth. Indoors nobody knows until a ground station says it
 * (SET_GPS_GLOBAL_ORIGIN); without it the vehicle has no global position and no home.
 */
export type World = {
  readonly origin: EarthPoint | undefined;
  /** In the hall's frame. */
  readonly home: EnuM | undefined;
  /** DO_SET_HOME fixes it; otherwise arming moves it. */
  readonly homeIsFixed: boolean;
};

export const unknownWorld: World = { origin: undefined, home: undefined, homeIsFixed: false };

/** Undefined for what is no place on earth, or for 0 and 0, by which ArduPilot means "not given". */
export function earthPoint(
  latDeg: number,
  lngDeg: number,
  altitudeAmslM: number,
): EarthPoint | undefined {
  const isPlace = isLngLat(lngDeg, latDeg) && (latDeg !== 0 || lngDeg !== 0);
  return isPlace && Number.isFinite(altitudeAmslM) ? { latDeg, lngDeg, altitudeAmslM } : undefined;
}

export const onEarth = (origin: EarthPoint, at: EnuM): EarthPoint => ({
  ...fromLocal(origin, at),
  altitudeAmslM: origin.altitudeAmslM + at.upM,
});

const absoluteFrames: readonly number[] = [MavFrame.GLOBAL, MavFrame.GLOBAL_INT, MavFrame.MISSION];
const relativeFrames: readonly number[] = [
  MavFrame.GLOBAL_RELATIVE_ALT,
  MavFrame.GLOBAL_RELATIVE_ALT_INT,
];
export const isKnownFrame = (frame: number): boolean =>
  absoluteFrames.includes(frame) || relativeFrames.includes(frame);

/** The height of an item or a command in the hall's frame; undefined where it cannot be told. */
export function upMOf(world: World, frame: number, z: number): number | undefined {
  if (!Number.isFinite(z)) return undefined;
  if (relativeFrames.includes(frame)) return world.home && world.home.upM + z;
  if (!absoluteFrames.includes(frame)) return undefined;
  return world.origin && z - world.origin.altitudeAmslM;
}

/** A place on earth in the hall's frame; undefined without an origin or for what is no place. */
export function inHall(
  world: World,
  at: { latDeg: number; lngDeg: number; frame: number; z: number },
): EnuM | undefined {
  const point = earthPoint(at.latDeg, at.lngDeg, 0);
  const upM = upMOf(world, at.frame, at.z);
  if (!world.origin || !point || upM === undefined) return undefined;
  return { ...toLocal(world.origin, point), upM };
}

/** In the wire's integers. */
export const scaled = ({ latDeg, lngDeg, altitudeAmslM }: EarthPoint) => ({
  latitude: degE7FromDeg(latDeg),
  longitude: degE7FromDeg(lngDeg),
  altitude: mmFromM(altitudeAmslM),
});

export const originMessage = ({ origin }: World): OutgoingMessage | undefined =>
  origin && { name: "GPS_GLOBAL_ORIGIN", ...scaled(origin) };

export function homeMessage({ origin, home }: World): OutgoingMessage | undefined {
  if (!origin || !home) return undefined;
  return {
    name: "HOME_POSITION",
    ...scaled(onEarth(origin, home)),
    x: home.northM,
    y: home.eastM,
    z: -home.upM,
    q: [1, 0, 0, 0],
    approachX: 0,
    approachY: 0,
    approachZ: 0,
  };
}

/** Home as the first item of a mission. */
export function homeItem({ origin, home }: World): MissionItem | undefined {
  if (!origin || !home) return undefined;
  const { latitude: x, longitude: y } = scaled(onEarth(origin, home));
  return {
    frame: MavFrame.GLOBAL,
    command: MavCmd.NAV_WAYPOINT,
    current: 0,
    autocontinue: 1,
    ...{ param1: 0, param2: 0, param3: 0, param4: 0, x, y },
    z: origin.altitudeAmslM + home.upM,
  };
}

import { cmpsFromMps, GpsFixType, headingCdegFromDeg, mmFromM } from "@pista/mavlink";
import type { Telemetry } from "../drone-view.ts";
import { homeMessage, onEarth, originMessage, scaled } from "../world.ts";

/** UINT16_MAX: "unknown". */
const unknown = 65_535;

/** There is no receiver on board, as MAVLink and ArduPilot say it. */
export const gpsRaw: Telemetry = (_view, bootMs) => ({
  name: "GPS_RAW_INT",
  timeUsec: BigInt(bootMs) * 1_000n,
  fixType: GpsFixType.NO_GPS,
  lat: 0,
  lon: 0,
  alt: 0,
  eph: unknown,
  epv: unknown,
  vel: unknown,
  cog: unknown,
  satellitesVisible: 0,
});

export const globalPosition: Telemetry = ({ vehicle, world, estimate }, bootMs) => {
  if (!world.origin || estimate === "unaided") return undefined;
  const { latitude, longitude, altitude } = scaled(onEarth(world.origin, vehicle.position));
  const { northMps, eastMps, upMps } = vehicle.velocity;
  return {
    name: "GLOBAL_POSITION_INT",
    timeBootMs: bootMs,
    lat: latitude,
    lon: longitude,
    alt: altitude,
    relativeAlt: mmFromM(vehicle.position.upM - (world.home?.upM ?? 0)),
    vx: cmpsFromMps(northMps),
    vy: cmpsFromMps(eastMps),
    vz: -cmpsFromMps(upMps),
    hdg: headingCdegFromDeg(vehicle.headingDeg),
  };
};

export const globalOrigin: Telemetry = ({ world }) => originMessage(world);
export const homePosition: Telemetry = ({ world }) => homeMessage(world);

/** The height is the hall's where nobody said how high above the sea it lies. */
export const headUpDisplay: Telemetry = ({ vehicle, world, body }) => {
  const levelMps = Math.hypot(vehicle.velocity.eastMps, vehicle.velocity.northMps);
  const { frontLeft, frontRight, rearLeft, rearRight } = vehicle.rotors;
  const speedRadps = (frontLeft + frontRight + rearLeft + rearRight) / 4;
  return {
    name: "VFR_HUD",
    airspeed: levelMps,
    groundspeed: levelMps,
    heading: Math.round(vehicle.headingDeg) % 360,
    throttle: Math.round(Math.min(100, (100 * speedRadps) / body.rotor.speedRadpsMax)),
    alt: (world.origin?.altitudeAmslM ?? 0) + vehicle.position.upM,
    climb: vehicle.velocity.upMps,
  };
};

import type { OutgoingMessage } from "@pista/mavlink";
import { feltAccelerationOf, gravityMps2 } from "@pista/simulation";
import type { DroneView, Telemetry } from "../drone-view.ts";
import { attitude } from "./vehicle-telemetry.ts";

/** At the hall's floor, and what a metre up takes away, in the standard atmosphere's lowest layer. */
const floorHpa = 1_013.25;
const hpaPerM = 0.12;
/** The field at Turin points north and down. */
const fieldMgauss = { north: 225, down: 415 };

export const pressure: Telemetry = ({ vehicle }, bootMs) => ({
  name: "SCALED_PRESSURE",
  timeBootMs: bootMs,
  pressAbs: floorHpa - hpaPerM * vehicle.position.upM,
  pressDiff: 0,
  temperature: 2_000,
});

export const systemTime: Telemetry = (_view, bootMs) => ({
  name: "SYSTEM_TIME",
  // Without a receiver or a clock of its own it does not know the date, as ArduPilot says it.
  timeUnixUsec: 0n,
  timeBootMs: bootMs,
});

/** No radio receiver is on board; the safety pilot's switch has a port of its own (AU4). */
export const radioChannels: Telemetry = (_view, bootMs) => ({
  name: "RC_CHANNELS",
  timeBootMs: bootMs,
  chancount: 0,
  ...{ chan1Raw: 0, chan2Raw: 0, chan3Raw: 0, chan4Raw: 0, chan5Raw: 0, chan6Raw: 0 },
  ...{ chan7Raw: 0, chan8Raw: 0, chan9Raw: 0, chan10Raw: 0, chan11Raw: 0, chan12Raw: 0 },
  ...{ chan13Raw: 0, chan14Raw: 0, chan15Raw: 0, chan16Raw: 0, chan17Raw: 0, chan18Raw: 0 },
  rssi: 255,
});

type Axes = readonly [forward: number, right: number, down: number];

/** A vector of the earth in the body's frame: by heading, then pitch, then roll. */
function inBody(
  [north, east, down]: Axes,
  turned: { roll: number; pitch: number; yaw: number },
): Axes {
  const { roll, pitch, yaw } = turned;
  const ahead = north * Math.cos(yaw) + east * Math.sin(yaw);
  const aside = east * Math.cos(yaw) - north * Math.sin(yaw);
  const forward = ahead * Math.cos(pitch) - down * Math.sin(pitch);
  const below = ahead * Math.sin(pitch) + down * Math.cos(pitch);
  return [
    forward,
    aside * Math.cos(roll) + below * Math.sin(roll),
    below * Math.cos(roll) - aside * Math.sin(roll),
  ];
}

/** What accelerometers, gyroscopes and compass measure, in mG, mrad/s and mgauss. */
function inertial(view: DroneView, bootMs: number) {
  const lies = attitude(view, bootMs);
  if (lies?.name !== "ATTITUDE") return undefined;
  const { x, y, z } = feltAccelerationOf(view.body, view.vehicle);
  const felt = inBody([y, x, -z], lies);
  const field = inBody([fieldMgauss.north, 0, fieldMgauss.down], lies);
  const [xacc = 0, yacc = 0, zacc = 0] = felt.map((mps2) =>
    Math.round((1_000 * mps2) / gravityMps2),
  );
  const [xmag = 0, ymag = 0, zmag = 0] = field.map(Math.round);
  const [xgyro = 0, ygyro = 0, zgyro = 0] = [lies.rollspeed, lies.pitchspeed, lies.yawspeed].map(
    (rate) => Math.round(1_000 * rate),
  );
  return { xacc, yacc, zacc, xgyro, ygyro, zgyro, xmag, ymag, zmag };
}

export const rawImu: Telemetry = (view, bootMs) => {
  const measured = inertial(view, bootMs);
  return measured && { name: "RAW_IMU", timeUsec: BigInt(bootMs) * 1_000n, ...measured };
};

export const scaledImu: Telemetry = (view, bootMs) => {
  const measured = inertial(view, bootMs);
  return measured && { name: "SCALED_IMU", timeBootMs: bootMs, ...measured };
};

export const attitudeQuaternion: Telemetry = (view, bootMs): OutgoingMessage | undefined => {
  const lies = attitude(view, bootMs);
  if (lies?.name !== "ATTITUDE") return undefined;
  const { roll, pitch, yaw, rollspeed, pitchspeed, yawspeed } = lies;
  const [cr, cp, cy] = [Math.cos(roll / 2), Math.cos(pitch / 2), Math.cos(yaw / 2)] as const;
  const [sr, sp, sy] = [Math.sin(roll / 2), Math.sin(pitch / 2), Math.sin(yaw / 2)] as const;
  return {
    name: "ATTITUDE_QUATERNION",
    timeBootMs: bootMs,
    q1: cr * cp * cy + sr * sp * sy,
    q2: sr * cp * cy - cr * sp * sy,
    q3: cr * sp * cy + sr * cp * sy,
    q4: cr * cp * sy - sr * sp * cy,
    ...{ rollspeed, pitchspeed, yawspeed },
  };
};

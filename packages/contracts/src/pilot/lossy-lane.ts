import type { Beacon, FlightPhase, LockCause, Pose, StickFrame, Sticks } from "@pista/flight";
import { monotonicMs } from "@pista/kernel";

/**
 * The lossy lane in bytes: little-endian, fixed lengths, laid out in SPEC.md (PC1 to PC4). The
 * pilot sends stick frames and stops, the gateway beacons.
 */
export const pilotChannelVersion = 1;

const stickFrameKind = 1;
const beaconKind = 2;
const stopKind = 3;

export const stickFrameBytes = 54;
export const beaconBytes = 76;
export const stopBytes = 8;

const sticksScale = 10_000;
const unknownUint16 = 0xffff;
const unknownUint8 = 0xff;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isKind = (bytes: Uint8Array, kind: number, length: number): boolean =>
  bytes.length === length && bytes[0] === kind && bytes[1] === pilotChannelVersion;

/** [PC1] */
export function encodeStickFrame(frame: StickFrame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(stickFrameBytes);
  const view = viewOf(bytes);
  view.setUint8(0, stickFrameKind);
  view.setUint8(1, pilotChannelVersion);
  view.setUint32(2, frame.sequence, true);
  view.setUint32(6, frame.leaseEpoch, true);
  view.setFloat64(10, frame.sampledAtBrowserMs, true);
  view.setFloat64(18, frame.sentAtBrowserMs, true);
  view.setUint32(26, frame.beaconSequence, true);
  view.setFloat64(30, frame.beaconAtBrowserMs, true);
  view.setUint32(38, frame.shownPoseSequence, true);
  view.setInt16(42, scaled(frame.sticks.forward), true);
  view.setInt16(44, scaled(frame.sticks.right), true);
  view.setInt16(46, scaled(frame.sticks.up), true);
  view.setInt16(48, scaled(frame.sticks.yawRight), true);
  view.setUint32(50, frame.stopSequence, true);
  return bytes;
}

const scaled = (deflection: number): number =>
  Math.round(Math.max(-1, Math.min(1, deflection)) * sticksScale);

/** [PC1] Undefined unless it is a whole frame of this version with finite times and real sticks. */
export function decodeStickFrame(bytes: Uint8Array): StickFrame | undefined {
  if (!isKind(bytes, stickFrameKind, stickFrameBytes)) return undefined;
  const view = viewOf(bytes);
  const sticks: Sticks = {
    forward: view.getInt16(42, true) / sticksScale,
    right: view.getInt16(44, true) / sticksScale,
    up: view.getInt16(46, true) / sticksScale,
    yawRight: view.getInt16(48, true) / sticksScale,
  };
  const frame: StickFrame = {
    sequence: view.getUint32(2, true),
    leaseEpoch: view.getUint32(6, true),
    sampledAtBrowserMs: view.getFloat64(10, true),
    sentAtBrowserMs: view.getFloat64(18, true),
    beaconSequence: view.getUint32(26, true),
    beaconAtBrowserMs: view.getFloat64(30, true),
    shownPoseSequence: view.getUint32(38, true),
    sticks,
    stopSequence: view.getUint32(50, true),
  };
  const times = [frame.sampledAtBrowserMs, frame.sentAtBrowserMs, frame.beaconAtBrowserMs];
  const isReal = Object.values(sticks).every((deflection) => Math.abs(deflection) <= 1);
  return isReal && times.every(Number.isFinite) ? frame : undefined;
}

/** [PC3] */
export function encodeStop(stopSequence: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(stopBytes);
  const view = viewOf(bytes);
  view.setUint8(0, stopKind);
  view.setUint8(1, pilotChannelVersion);
  view.setUint32(4, stopSequence, true);
  return bytes;
}

/** [PC3] The stop's sequence, or undefined when the bytes are no stop of this version. */
export function decodeStop(bytes: Uint8Array): number | undefined {
  if (!isKind(bytes, stopKind, stopBytes)) return undefined;
  const sequence = viewOf(bytes).getUint32(4, true);
  return sequence > 0 ? sequence : undefined;
}

// Their order is their number on the wire: new ones go at the end.
const phases: readonly FlightPhase[] = ["grounded", "taking-off", "flying", "landing", "diverting"];
const rungs: readonly Beacon["rung"][] = ["fly", "slow", "hold", "land"];
const locks: readonly LockCause[] = [
  "no-lease",
  "authority-withdrawn",
  "lease-expired",
  "not-proved",
  "link-lost",
  "clock-unsettled",
  "command-old",
  "view-old",
  "stop-latched",
  "odometry-old",
  "odometry-unsure",
  "safety-pilot",
  "recovering",
  "guards-unconfirmed",
];

const armedFlag = 1;
const stopLatchedFlag = 2;
const hasPoseFlag = 4;

/** [PC2] */
export function encodeBeacon(beacon: Beacon): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(beaconBytes);
  const view = viewOf(bytes);
  const flags =
    (beacon.armed ? armedFlag : 0) |
    (beacon.stopLatched ? stopLatchedFlag : 0) |
    (beacon.pose ? hasPoseFlag : 0);
  view.setUint8(0, beaconKind);
  view.setUint8(1, pilotChannelVersion);
  view.setUint8(2, flags);
  view.setUint8(3, phases.indexOf(beacon.phase));
  view.setUint8(4, rungs.indexOf(beacon.rung));
  view.setUint8(5, beacon.lock ? locks.indexOf(beacon.lock) + 1 : 0);
  view.setUint8(6, beacon.batteryPct === undefined ? unknownUint8 : Math.round(beacon.batteryPct));
  view.setUint32(8, beacon.sequence, true);
  view.setFloat64(12, beacon.sentAtMs, true);
  view.setUint32(20, beacon.poseSequence, true);
  view.setUint32(24, beacon.stopSequence, true);
  view.setUint16(28, toUint16(beacon.poseAgeMs, 10), true);
  view.setUint16(30, toUint16(beacon.commandAgeMs, 10), true);
  view.setUint16(32, toUint16(beacon.ageMarginMs, 10), true);
  view.setUint16(34, toUint16(beacon.viewAgeMs, 10), true);
  view.setUint16(36, toUint16(beacon.viewAgeMsLimit, 10), true);
  view.setUint16(38, toUint16(beacon.speedMpsLimit, 1_000), true);
  view.setUint16(40, toUint16(beacon.roomM, 100), true);
  if (beacon.pose) writePose(view, beacon.pose);
  return bytes;
}

/** Beyond the range it saturates just below "unknown": an age of 6.5 s is as old as any. */
const toUint16 = (value: number | undefined, scale: number): number =>
  value === undefined
    ? unknownUint16
    : Math.max(0, Math.min(unknownUint16 - 1, Math.round(value * scale)));

function writePose(view: DataView, pose: Pose): void {
  view.setFloat32(44, pose.position.eastM, true);
  view.setFloat32(48, pose.position.northM, true);
  view.setFloat32(52, pose.position.upM, true);
  view.setFloat32(56, pose.velocity.eastMps, true);
  view.setFloat32(60, pose.velocity.northMps, true);
  view.setFloat32(64, pose.velocity.upMps, true);
  view.setFloat32(68, pose.headingDeg, true);
  view.setFloat32(72, pose.sigmaM ?? Number.NaN, true);
}

/** [PC2] Undefined unless it is a whole beacon of this version. */
export function decodeBeacon(bytes: Uint8Array): Beacon | undefined {
  if (!isKind(bytes, beaconKind, beaconBytes)) return undefined;
  const view = viewOf(bytes);
  const flags = view.getUint8(2);
  const phase = phases[view.getUint8(3)];
  const rung = rungs[view.getUint8(4)];
  const lockNumber = view.getUint8(5);
  const lock = lockNumber === 0 ? undefined : locks[lockNumber - 1];
  if (!phase || !rung || (lockNumber !== 0 && !lock)) return undefined;
  const battery = view.getUint8(6);
  const fromUint16 = (at: number, scale: number): number | undefined => {
    const value = view.getUint16(at, true);
    return value === unknownUint16 ? undefined : value / scale;
  };
  return {
    sequence: view.getUint32(8, true),
    sentAtMs: monotonicMs(view.getFloat64(12, true)),
    poseSequence: view.getUint32(20, true),
    stopSequence: view.getUint32(24, true),
    poseAgeMs: fromUint16(28, 10),
    commandAgeMs: fromUint16(30, 10),
    ageMarginMs: fromUint16(32, 10),
    viewAgeMs: fromUint16(34, 10),
    viewAgeMsLimit: fromUint16(36, 10) ?? 0,
    speedMpsLimit: fromUint16(38, 1_000) ?? 0,
    roomM: fromUint16(40, 100),
    pose: flags & hasPoseFlag ? readPose(view) : undefined,
    phase,
    rung,
    lock,
    armed: (flags & armedFlag) !== 0,
    stopLatched: (flags & stopLatchedFlag) !== 0,
    batteryPct: battery === unknownUint8 ? undefined : battery,
  };
}

function readPose(view: DataView): Pose {
  const sigmaM = view.getFloat32(72, true);
  return {
    position: {
      eastM: view.getFloat32(44, true),
      northM: view.getFloat32(48, true),
      upM: view.getFloat32(52, true),
    },
    velocity: {
      eastMps: view.getFloat32(56, true),
      northMps: view.getFloat32(60, true),
      upMps: view.getFloat32(64, true),
    },
    headingDeg: view.getFloat32(68, true),
    sigmaM: Number.isNaN(sigmaM) ? undefined : sigmaM,
  };
}

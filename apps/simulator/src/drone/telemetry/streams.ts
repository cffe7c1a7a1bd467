import { MavDataStream } from "@pista/mavlink";
import type { Telemetry } from "../drone-view.ts";
import { missionCurrent } from "../missions/mission-legs.ts";
import {
  attitudeQuaternion,
  pressure,
  radioChannels,
  rawImu,
  scaledImu,
  systemTime,
} from "./sensor-telemetry.ts";
import {
  attitude,
  autopilotVersion,
  batteryStatus,
  ekfStatus,
  extendedSystemState,
  heartbeat,
  localPosition,
  systemStatus,
} from "./vehicle-telemetry.ts";
import {
  globalOrigin,
  globalPosition,
  gpsRaw,
  headUpDisplay,
  homePosition,
} from "./world-telemetry.ts";

/** What can be asked for by its message id; 0 Hz is sent only when asked. */
export const telemetry: ReadonlyMap<number, { rateHz: number; make: Telemetry }> = new Map([
  [0, { rateHz: 1, make: heartbeat }],
  [1, { rateHz: 1, make: systemStatus }],
  [2, { rateHz: 1, make: systemTime }],
  [24, { rateHz: 1, make: gpsRaw }],
  [26, { rateHz: 0, make: scaledImu }],
  [27, { rateHz: 0, make: rawImu }],
  [29, { rateHz: 0, make: pressure }],
  [30, { rateHz: 50, make: attitude }],
  [31, { rateHz: 0, make: attitudeQuaternion }],
  [32, { rateHz: 50, make: localPosition }],
  [33, { rateHz: 5, make: globalPosition }],
  [42, { rateHz: 1, make: missionCurrent }],
  [49, { rateHz: 0, make: globalOrigin }],
  [65, { rateHz: 1, make: radioChannels }],
  [74, { rateHz: 2, make: headUpDisplay }],
  [147, { rateHz: 1, make: batteryStatus }],
  [148, { rateHz: 0, make: autopilotVersion }],
  [193, { rateHz: 1, make: ekfStatus }],
  [242, { rateHz: 0, make: homePosition }],
  [245, { rateHz: 5, make: extendedSystemState }],
]);

const streams: ReadonlyMap<number, readonly number[]> = new Map([
  [MavDataStream.RAW_SENSORS, [27, 29]],
  [MavDataStream.EXTENDED_STATUS, [1, 24, 42]],
  [MavDataStream.RC_CHANNELS, [65]],
  [MavDataStream.POSITION, [32, 33]],
  [MavDataStream.EXTRA1, [30]],
  [MavDataStream.EXTRA2, [74]],
  [MavDataStream.EXTRA3, [2, 147, 193]],
]);

/** The messages of a stream, grouped as in GCS_MAVLINK_Copter's stream entries; none for another. */
export const messagesOfStream = (stream: number): readonly number[] =>
  stream === MavDataStream.ALL ? [...streams.values()].flat() : (streams.get(stream) ?? []);

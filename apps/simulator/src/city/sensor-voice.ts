import { type ReportBody, topicOf } from "@pista/contracts";
import { type EpochMs, epochMs, formatRfc3339, toUtf8 } from "@pista/kernel";
import { encodeKerbFrame, type Uplink, wholePart } from "@pista/simulation";

/** How a sensor puts into bytes what it sees, and how much it can make up for. */
export type SensorVoice = {
  readonly topic: string;
  /** Unsent messages it keeps. When a longer outage fills it, the oldest goes. */
  readonly waitingMax: number;
  /** Its messages say when they were made, so that a late one or a repeated one does no harm. */
  readonly isDated: boolean;
  write(uplink: Uplink, made: MessageMark): Uint8Array;
};

export type MessageMark = {
  readonly atMs: EpochMs;
  readonly epoch: number;
  readonly counter: number;
};

/** Reports in JSON, dated by the sensor's own clock. It keeps two hours of a busy bay. */
export const reportVoice = (deviceId: string): SensorVoice => ({
  topic: topicOf(deviceId, "report"),
  waitingMax: 100,
  isDated: true,
  write(uplink, { atMs, epoch, counter }) {
    const report: ReportBody = {
      state: uplink.state,
      observedAt: formatRfc3339(epochMs(atMs + uplink.clockErrorMs)),
      counter,
      epoch,
      batteryPct: uplink.batteryPct,
      rssiDbm: uplink.rssiDbm,
      temperatureC: uplink.temperatureC,
    };
    const bytes = toUtf8(JSON.stringify(report));
    return bytes.subarray(0, wholePart(bytes.length, uplink));
  },
});

/** Bytes for the hub's codec, which dates them by their receipt: only the newest is worth sending. */
export const rawVoice = (deviceId: string): SensorVoice => ({
  topic: topicOf(deviceId, "raw"),
  waitingMax: 1,
  isDated: false,
  write: encodeKerbFrame,
});

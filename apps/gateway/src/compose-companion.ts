import type { Clock } from "@pista/kernel";
import { type Address, MavComponent } from "@pista/mavlink";
import type { Logger } from "pino";
import { createVehicleLink } from "./autopilot/create-vehicle-link.ts";
import type { MavlinkSigning } from "./autopilot/mavlink-signing.ts";
import type { VehicleLink } from "./autopilot/vehicle-link.ts";
import { Companion, isCompanion } from "./companion/companion.ts";
import type { FlightRecorder } from "./recorder/flight-recorder.ts";
import { RepeatedTrouble } from "./repeated-trouble.ts";
import type { VehicleAddress } from "./settings.ts";
import { lineTroubleLog } from "./trouble-log.ts";

/** Who passes odometry on: a component of ours that is named for it (MAV_COMPONENT, 197). */
const componentId = MavComponent.VISUAL_INERTIAL_ODOMETRY;

export type JoinedCompanion = { readonly companion: Companion; readonly line: VehicleLink };

/** The line to a companion, joined with the line to the vehicle; with a key both are signed by it. */
export function joinCompanion(
  address: VehicleAddress,
  own: Address,
  surroundings: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly recorder: Pick<FlightRecorder, "record">;
  },
  signing: MavlinkSigning | undefined,
  vehicle: () => VehicleLink,
): JoinedCompanion {
  const { clock, log, recorder } = surroundings;
  const self = { ...own, componentId };
  const silence = new RepeatedTrouble("unknown");
  let isHeardNews = true;
  const companion = new Companion({
    self,
    send: (message) => line.send(message),
    sendToVehicle: (message) => vehicle().send(message, componentId),
    events: {
      heard: (from) => {
        recorder.record({ kind: "companion-heard", ...from });
        const told = silence.over(clock.monotonicMs());
        isHeardNews = told !== undefined;
        if (told) log.info({ ...from, ...told }, "companion heard");
      },
      lost: (counts) => {
        recorder.record({ kind: "companion-lost", ...counts });
        const told = silence.seen("silent", clock.monotonicMs());
        if (told)
          log.warn({ ...counts, ...told }, "companion no longer heard: no position without it");
      },
      passing: (clockErrorMsMax) => {
        if (isHeardNews) log.info({ clockErrorMsMax }, "odometry is passed on");
      },
      // [LG8] The record has them all, by the second.
      refused: (cause, isFirstOfItsKind) => {
        recorder.record({ kind: "odometry-refused", cause });
        if (isFirstOfItsKind) log.warn({ cause }, "odometry was refused; told once of each kind");
      },
    },
  });
  const trouble = lineTroubleLog("companion", { clock, log });
  const line = createVehicleLink(address, {
    self,
    clock,
    signing,
    peer: { name: "companion", isMet: isCompanion },
    onFrame: (frame, atMs) => companion.receive(frame, atMs),
    onOther: (systemId) => log.warn({ systemId }, "an autopilot on the companion's line"),
    onBytes: (direction) => {
      if (direction === "received") trouble.over();
    },
    onFault: (error) => trouble.seen(error),
    onRefused: (verdicts) => log.warn({ verdicts }, "MAVLink that is not signed by our key"),
  });
  return { companion, line };
}

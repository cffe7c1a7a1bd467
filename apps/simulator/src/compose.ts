import { type Clock, createRandom } from "@pista/kernel";
import { demonstrationHall } from "@pista/programme";
import { demonstrationBody, type OdometryProfile, parkedCopter } from "@pista/simulation";
import type { Logger } from "pino";
import { SimulatedDrone } from "./drone/drone-device.ts";
import { startDroneLoop } from "./drone/drone-loop.ts";
import { type DroneSocket, openDroneSocket, type UdpPeer } from "./drone/drone-socket.ts";
import { openSafetySwitch } from "./drone/safety-switch.ts";

export type Running = { close(): Promise<void> };

export type DroneOptions = {
  readonly peer: UdpPeer;
  readonly seed: number;
  /** What the vehicle is told of its place. */
  readonly odometry: OdometryProfile;
  /** [AU4] Where the safety pilot's switch listens; undefined for no switch, 0 for a free port. */
  readonly safetyPort: number | undefined;
  /** Seconds of the vehicle's time in one second of ours. */
  readonly speedFactor: number;
};

export type RunningDrone = Running & {
  readonly safetyPort: number | undefined;
  readonly drone: SimulatedDrone;
};

/** The vehicle, its radio, its clock and its safety switch. */
export async function composeDrone(
  options: DroneOptions,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<RunningDrone> {
  const [spot] = demonstrationHall.landingSpots;
  let socket: DroneSocket | undefined;
  const drone = new SimulatedDrone({
    copter: parkedCopter(demonstrationBody, { eastM: 5, northM: 15, ...spot, headingDeg: 90 }),
    odometry: options.odometry,
    random: createRandom(options.seed),
    send: (message) => socket?.send(message),
  });
  const radio = watchRadio(log);
  socket = await openDroneSocket({
    peer: options.peer,
    systemId: drone.copter.autopilot.parameters.SYSID_THISMAV,
    onFrame: (frame) => {
      radio.heard();
      drone.receive(frame);
    },
    onSendFault: radio.failed,
  });
  const safety =
    options.safetyPort === undefined
      ? undefined
      : await openSafetySwitch({
          port: options.safetyPort,
          onMode: (mode) => {
            log.info({ mode }, "the safety pilot turned the mode switch");
            return drone.switchMode(mode);
          },
        });
  const { speedFactor } = options;
  const loop = startDroneLoop({ clock, speedFactor, advanceTo: (ms) => drone.advanceTo(ms) });
  log.info({ peer: options.peer, safetyPort: safety?.port }, "the drone is switched on");
  return {
    safetyPort: safety?.port,
    drone,
    async close() {
      loop.stop();
      await safety?.close();
      await socket?.close();
      log.info({ lostMs: Math.round(loop.lostMs) }, "the drone is switched off");
    },
  };
}

/** Says once when the peer is there and once when it is gone, however many datagrams fail. */
function watchRadio(log: Logger): { heard(): void; failed(cause: Error): void } {
  let state: "unknown" | "heard" | "failed" = "unknown";
  return {
    heard() {
      if (state !== "heard") log.info("a ground station answers");
      state = "heard";
    },
    failed({ message }) {
      if (state !== "failed") log.warn({ cause: message }, "nobody listens where the drone sends");
      state = "failed";
    },
  };
}

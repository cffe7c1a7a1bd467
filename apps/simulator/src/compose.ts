import { type Clock, createRandom } from "@pista/kernel";
import {
  createCityDay,
  demonstrationBays,
  demonstrationBody,
  demonstrationHall,
  parkedCopter,
} from "@pista/simulation";
import type { Logger } from "pino";
import type { DeviceKey } from "./city/device-keys.ts";
import { createLinkJournal } from "./city/link-journal.ts";
import { openMqttRadio } from "./city/mqtt-radio.ts";
import { Sensor } from "./city/sensor.ts";
import { startStreet } from "./city/street.ts";
import { SimulatedDrone } from "./drone/drone-device.ts";
import { startDroneLoop } from "./drone/drone-loop.ts";
import { type DroneSocket, openDroneSocket, type UdpPeer } from "./drone/drone-socket.ts";
import { openSafetySwitch } from "./drone/safety-switch.ts";

export type Running = { close(): Promise<void> };

export type DroneOptions = {
  readonly peer: UdpPeer;
  readonly seed: number;
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
            drone.switchMode(mode);
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

export type CityOptions = {
  /** `mqtt://HOST:PORT` of the hub's device endpoint. */
  readonly hubUrl: string;
  readonly devices: readonly DeviceKey[];
  readonly seed: number;
  readonly speedFactor: number;
  /** The first pause before a sensor tries again. */
  readonly firstPauseMs?: number;
};

/** The street and a sensor with its own connection for each key. */
export function composeCity(
  options: CityOptions,
  { clock, log }: { clock: Clock; log: Logger },
): Running {
  const { hubUrl: url, devices, seed, speedFactor, firstPauseMs } = options;
  const random = createRandom(seed);
  const journal = createLinkJournal(log);
  const known = new Set<string>(demonstrationBays.map(({ bayId }) => bayId));
  const sensors = new Map<string, Sensor>();
  const refused = new Set<number>();
  for (const { deviceId, bayId, key } of devices) {
    if (!known.has(bayId)) {
      log.warn({ deviceId, bayId }, "this street has no such bay");
      continue;
    }
    const sensor = new Sensor({
      deviceId,
      clock,
      random: random.fork(),
      openRadio: (onUp) =>
        openMqttRadio({
          ...{ url, deviceId, key, clock, onUp },
          random: random.fork(),
          ...(firstPauseMs === undefined ? {} : { firstPauseMs }),
          onState: (state) => journal.changed(deviceId, state),
        }),
      onOutcome: (outcome) => {
        if (outcome.kind !== "refused" || refused.has(outcome.reasonCode)) return;
        refused.add(outcome.reasonCode);
        log.warn({ deviceId, reasonCode: outcome.reasonCode }, "the hub refused a report");
      },
    });
    sensors.set(bayId, sensor);
  }
  const street = startStreet({ clock, day: createCityDay(seed), speedFactor, sensors });
  log.info({ hubUrl: url, sensors: sensors.size }, "the street is awake");
  return {
    async close() {
      street.stop();
      await Promise.all(Array.from(sensors.values(), (sensor) => sensor.close()));
      const all = [...sensors.values()];
      const unsent = all.reduce((sum, { waitingCount }) => sum + waitingCount, 0);
      const dropped = all.reduce((sum, sensor) => sum + sensor.dropped, 0);
      log.info({ unsent, dropped }, "the street is asleep");
    },
  };
}

import { type Clock, createRandom, romeTime } from "@pista/kernel";
import {
  createCityDay,
  demonstrationBody,
  demonstrationHall,
  parkedCopter,
} from "@pista/simulation";
import type { Logger } from "pino";
import { createConnectionRamp } from "./city/connection-ramp.ts";
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

/** What a hub takes without its other devices noticing. */
const connectionsPerSecondMax = 200;

/** The streets, from this hour of this weekday on, and a sensor with its own connection for each key. */
export function composeCity(
  options: CityOptions,
  { clock, log }: { clock: Clock; log: Logger },
): Running {
  const { devices, seed, speedFactor } = options;
  const sensors = composeSensors(options, { clock, log });
  const { weekday, minute } = romeTime(clock.nowMs());
  const street = startStreet({
    clock,
    day: createCityDay({ seed, bays: devices, weekday }),
    fromMs: minute * 60_000,
    speedFactor,
    sensors,
  });
  log.info(
    { hubUrl: options.hubUrl, sensors: sensors.size },
    "the demonstration's streets are awake: every vehicle in them is invented",
  );
  return {
    async close() {
      street.stop();
      const all = [...sensors.values()];
      await Promise.all(all.map((sensor) => sensor.close()));
      const unsent = all.reduce((sum, { waitingCount }) => sum + waitingCount, 0);
      const dropped = all.reduce((sum, sensor) => sum + sensor.dropped, 0);
      log.info({ unsent, dropped }, "the streets are asleep");
    },
  };
}

/** By the bay that each one watches. */
function composeSensors(
  { hubUrl: url, devices, seed, firstPauseMs }: CityOptions,
  { clock, log }: { clock: Clock; log: Logger },
): ReadonlyMap<string, Sensor> {
  const random = createRandom(seed);
  const journal = createLinkJournal(log);
  const ramp = createConnectionRamp(clock, connectionsPerSecondMax);
  const refused = new Set<number>();
  return new Map(
    devices.map(({ deviceId, bayId, key }) => {
      const sensor = new Sensor({
        deviceId,
        clock,
        openRadio: (onUp) =>
          openMqttRadio({
            ...{ url, deviceId, key, clock, ramp, onUp },
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
      return [bayId, sensor];
    }),
  );
}

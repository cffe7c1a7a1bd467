import { type Clock, createRandom, type Random, romeTime } from "@pista/kernel";
import {
  chirpstackUplink,
  createCityDay,
  type NetworkUplink,
  thingsStackUplink,
} from "@pista/simulation";
import type { Logger } from "pino";
import { createConnectionRamp } from "./city/connection-ramp.ts";
import type { DemonstrationKeys, DeviceKey, SensorDoor } from "./city/device-keys.ts";
import { createLinkJournal } from "./city/link-journal.ts";
import { LorawanSensor } from "./city/lorawan-sensor.ts";
import { openMqttRadio } from "./city/mqtt-radio.ts";
import { NetworkServer } from "./city/network-server.ts";
import { uplinkPost } from "./city/post-uplink.ts";
import { Sensor } from "./city/sensor.ts";
import { rawVoice, reportVoice } from "./city/sensor-voice.ts";
import { type StreetSensor, startStreet } from "./city/street.ts";
import type { Running } from "./compose.ts";
import { SimulatorError } from "./errors.ts";

export type CityOptions = {
  /** `mqtt://HOST:PORT` of the hub's device endpoint. */
  readonly hubUrl: string;
  /** `http://HOST:PORT` of the hub, for sensors that a network server hears. */
  readonly webUrl: string | undefined;
  readonly keys: DemonstrationKeys;
  readonly seed: number;
  readonly speedFactor: number;
  /** The first pause before a sensor tries again. */
  readonly firstPauseMs?: number;
};

type Parts = { readonly clock: Clock; readonly log: Logger };

/** What a hub takes without its other devices noticing. */
const connectionsPerSecondMax = 200;

/** The streets, from this hour of this weekday on, and every sensor in them on a link of its own. */
export function composeCity(options: CityOptions, { clock, log }: Parts): Running {
  const { keys, seed, speedFactor } = options;
  const random = createRandom(seed);
  const servers = composeServers(options, random, { clock, log });
  const sensors = composeMqttSensors(options, random, { clock, log });
  const lorawan = composeLorawanSensors(keys.devices, servers, clock);
  const { weekday, minute } = romeTime(clock.nowMs());
  const street = startStreet({
    clock,
    day: createCityDay({ seed, bays: keys.devices, weekday }),
    fromMs: minute * 60_000,
    speedFactor,
    sensors: new Map<string, StreetSensor>([...sensors, ...lorawan]),
  });
  log.info(
    { hubUrl: options.hubUrl, sensors: sensorsByDoor(keys.devices) },
    "the demonstration's streets are awake: every vehicle in them is invented",
  );
  return {
    async close() {
      street.stop();
      for (const sensor of lorawan.values()) sensor.close();
      const senders = [...sensors.values(), ...servers.values()];
      await Promise.all(senders.map((sender) => sender.close()));
      const unsent = senders.reduce((sum, { waitingCount }) => sum + waitingCount, 0);
      const dropped = senders.reduce((sum, sender) => sum + sender.dropped, 0);
      log.info({ unsent, dropped, ...street.summary }, "the streets are asleep");
    },
  };
}

function sensorsByDoor(devices: readonly DeviceKey[]): Partial<Record<SensorDoor, number>> {
  const counts: Partial<Record<SensorDoor, number>> = {};
  for (const { door } of devices) counts[door] = (counts[door] ?? 0) + 1;
  return counts;
}

/** By the bay that each one watches. */
function composeMqttSensors(
  { hubUrl: url, keys, firstPauseMs }: CityOptions,
  random: Random,
  { clock, log }: Parts,
): ReadonlyMap<string, Sensor> {
  const journal = createLinkJournal(log);
  const ramp = createConnectionRamp(clock, connectionsPerSecondMax);
  const refused = new Set<number>();
  return new Map(
    keys.devices.flatMap(({ deviceId, bayId, key, door }) => {
      if (door !== "report" && door !== "raw") return [];
      const sensor = new Sensor({
        voice: door === "report" ? reportVoice(deviceId) : rawVoice(deviceId),
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
      return [[bayId, sensor]];
    }),
  );
}

type ServerDoor = "tts" | "chirpstack";

const uplinkWriters: Record<ServerDoor, (uplink: NetworkUplink) => object> = {
  tts: thingsStackUplink,
  chirpstack: chirpstackUplink,
};

/** ChirpStack tells in the address what happened; The Things Stack has an address for each kind. */
const hookQueries: Record<ServerDoor, string> = { tts: "", chirpstack: "?event=up" };

/** A network server for each kind that a sensor here is heard by. */
function composeServers(
  { webUrl, keys }: CityOptions,
  random: Random,
  { clock, log }: Parts,
): ReadonlyMap<SensorDoor, NetworkServer> {
  const doors = (["tts", "chirpstack"] as const).filter((door) =>
    keys.devices.some((device) => device.door === door),
  );
  if (doors.length === 0) return new Map();
  const { hook } = keys;
  if (!webUrl || !hook) {
    const what = webUrl ? "a hook's secret in the keys file" : "the hub's address, --web";
    throw new SimulatorError("HOOK_UNKNOWN", `sensors heard by a network server need ${what}`);
  }
  return new Map(
    doors.map((door) => {
      const url = `${webUrl}/hooks/${door}/${hook.trialId}${hookQueries[door]}`;
      const server = new NetworkServer({
        clock,
        random: random.fork(),
        post: uplinkPost(url, hook.secret),
        onChange(word) {
          if (word === "up") log.info({ networkServer: door }, "uplinks are delivered");
          else log.warn({ networkServer: door, cause: word }, "uplinks are not delivered");
        },
      });
      return [door, server];
    }),
  );
}

function composeLorawanSensors(
  devices: readonly DeviceKey[],
  servers: ReadonlyMap<SensorDoor, NetworkServer>,
  clock: Clock,
): ReadonlyMap<string, LorawanSensor> {
  return new Map(
    devices.flatMap((device) => {
      if (device.door !== "tts" && device.door !== "chirpstack") return [];
      const { deviceId, devEui, bayId } = device;
      const server = servers.get(device.door);
      const write = uplinkWriters[device.door];
      const passOn = (uplink: NetworkUplink): void => server?.passOn(write(uplink));
      return [[bayId, new LorawanSensor({ deviceId, devEui, clock, passOn })]];
    }),
  );
}

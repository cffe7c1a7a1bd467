import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { FromHub } from "@pista/contracts";
import {
  type GatewayEvent,
  type GatewayState,
  gatewayId,
  initialGatewayState,
  leaseId,
  stepGateway,
} from "@pista/flight";
import { assetId, epochMs, monotonicMs, organisationId, personId, trialId } from "@pista/kernel";
import { createDatagramReader, createFrameWriter, MavFrame } from "@pista/mavlink";
import { closeAllPages } from "../apps/gateway/src/testing/pilot-page.ts";
import { insertAsset } from "../apps/hub/src/store/assets.ts";
import { enrolTestGateway } from "../apps/hub/src/testing/test-gateway.ts";
import { makeDirectory, openTestHub, type TestHub } from "../apps/hub/src/testing/test-hub.ts";
import { FlownLease } from "./flown-lease.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const drones = 50;
/** The last of them is flown by a whole gateway. */
const flownName = `bench-drone-${drones - 1}`;
const droneNames = Array.from({ length: drones }, (_, index) => `bench-drone-${index}`);

const steppedNames = droneNames.slice(0, -1);

/** A guard over a vehicle in the air, at the end of a real link; its set-points go out by UDP. */
class Guarded {
  state: GatewayState;
  readonly #send: () => void;

  constructor(
    leasePublicKey: Uint8Array,
    ids: { gateway: string; asset: string },
    send: () => void,
  ) {
    this.#send = send;
    const setup = {
      ...{ gatewayId: gatewayId(ids.gateway), assetId: assetId(ids.asset), leasePublicKey },
      vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
    };
    this.state = initialGatewayState(setup, 0);
    const air = { armed: true, mode: "guided", landed: false, batteryPct: 90 } as const;
    this.#hear({ kind: "vehicle-status", ...air, guardsConfirmed: true, atMs: now() });
  }

  /** Only the revocation's own step may send: there is no pilot, and no tick. */
  hear(message: FromHub): void {
    if (message.op === "lease") {
      const hubNowMs = epochMs(Date.now());
      this.#hear({ kind: "lease-received", token: message.token, hubNowMs, atMs: now() });
    }
    if (message.op === "revoke") {
      const { reason } = message;
      const id = leaseId(message.leaseId);
      const effects = this.#hear({ kind: "lease-revoked", leaseId: id, reason, atMs: now() });
      if (effects.some(({ kind }) => kind === "set-velocity")) this.#send();
    }
  }

  #hear(event: GatewayEvent): ReturnType<typeof stepGateway>["effects"] {
    const { state, effects } = stepGateway(this.state, event);
    this.state = state;
    for (const effect of effects) {
      if (effect.kind !== "store-epoch") continue;
      this.#hear({ kind: "epoch-stored", epoch: effect.epoch, atMs: now() });
    }
    return effects;
  }
}

const now = () => monotonicMs(performance.now());

const stopSetPoint = {
  name: "SET_POSITION_TARGET_LOCAL_NED",
  ...{ timeBootMs: 0, targetSystem: 1, targetComponent: 1 },
  ...{ coordinateFrame: MavFrame.LOCAL_NED, typeMask: 0x5c7, x: 0, y: 0, z: 0 },
  ...{ vx: 0, vy: 0, vz: 0, afx: 0, afy: 0, afz: 0, yaw: 0, yawRate: 0 },
} as const;

/** Whatever comes from system n + 1 is the stop of drone n. */
async function openAutopilots(heard: (drone: number) => void): Promise<Socket> {
  const socket = createSocket("udp4");
  const reader = createDatagramReader();
  socket.on("message", (bytes) => {
    for (const { systemId } of reader.read(bytes)) heard(systemId - 1);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** A hub whose demonstration trial has fifty drones more, which its pilot may fly. */
async function openHubWithDrones(directory: string): Promise<TestHub> {
  const seeding = await openTestHub({ directory });
  const owner = await seeding.open.context.db
    .selectFrom("asset")
    .select("organisation_id")
    .where("id", "=", "demo-drone")
    .executeTakeFirstOrThrow();
  for (const name of droneNames) {
    await insertAsset(seeding.open.context.db, {
      ...{ assetId: assetId(name), name, model: "bench", kind: "drone", keyHash: undefined },
      organisationId: organisationId(owner.organisation_id),
    });
  }
  await seeding.close();
  const hub = await openTestHub({ directory });
  permitDrones(hub);
  return hub;
}

function permitDrones(hub: TestHub): void {
  const { permits } = hub.open.context;
  const trial = permits.trial(trialId("demo-trial"));
  if (!trial) throw new Error("The demonstration trial is missing.");
  const assetIds = droneNames.map((name) => assetId(name));
  const grants = assetIds.map((id) => ({
    ...{ personId: personId("demo-pilot"), action: "drone.fly" as const, assetId: id },
  }));
  permits.put({ ...trial, assetIds: [...trial.assetIds, ...assetIds], grants });
}

/** The links and guards of all gateways but one, each with a radio of its own to the one socket of autopilots. */
async function joinGuards(hub: TestHub, autopilots: Socket): Promise<() => void> {
  const radio = createSocket("udp4");
  const ends: (() => void)[] = [() => radio.close()];
  for (const [index, asset] of steppedNames.entries()) {
    const gateway = await enrolTestGateway(hub, asset);
    const { webSocket } = await gateway.connect();
    const writer = createFrameWriter({ systemId: index + 1, componentId: 190 });
    const ids = { gateway: gateway.gatewayId, asset };
    const guarded = new Guarded(gateway.leasePublicKey, ids, () =>
      radio.send(writer.write(stopSetPoint), autopilots.address().port, "127.0.0.1"),
    );
    // The hub under test writes it by the contract's own type.
    webSocket.on("message", (data) => guarded.hear(JSON.parse(String(data)) as FromHub));
    const speak = (): void => webSocket.send(JSON.stringify({ op: "ping", sentAtMs: now() }));
    const timer = setInterval(speak, 1_000);
    ends.push(() => {
      clearInterval(timer);
      webSocket.terminate();
    });
  }
  return () => {
    for (const end of ends) end();
  };
}

const browser = {
  dtlsFingerprint: Array(32).fill("AB").join(":"),
  keyThumbprint: "A".repeat(43),
};

/**
 * [AU5] From the steward's order to suspend, before it is committed, to the first stop on each of fifty
 * autopilots' wires, by the loopback: real hub, store, links and leases. Of forty-nine the guards are
 * stepped in this process; the fiftieth is a gateway program, flown by a pilot, with figures of its own.
 */
export async function measureRevocation(rounds: number) {
  const directory = makeDirectory();
  const stoppedAtMs = new Map<number, number>();
  const autopilots = await openAutopilots((drone) => {
    if (!stoppedAtMs.has(drone)) stoppedAtMs.set(drone, performance.now());
  });
  const hub = await openHubWithDrones(directory);
  const leave = await joinGuards(hub, autopilots);
  const flown = await FlownLease.open(hub, flownName);
  try {
    const [pilot, steward] = [await hub.signedIn("pilot"), await hub.signedIn("steward")];
    const headers = { origin: hub.url };
    const order = async (client: typeof pilot, path: string, body: object) => {
      const answer = await client.send("POST", path, { body, headers });
      if (answer.status >= 300) throw new Error(`${path} was answered with ${answer.text}.`);
      return answer.text ? answer.json : undefined;
    };
    const programMs: number[] = [];
    const stopMs: number[] = [];
    const answerMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await flown.flyOff((path, body) => order(pilot, path, body));
      for (const name of steppedNames) await order(pilot, `/v1/drones/${name}/lease`, browser);
      await pause(100);
      stoppedAtMs.clear();
      const startMs = performance.now();
      await order(steward, "/v1/trials/demo-trial/suspend", { reason: "bench" });
      answerMs.push(performance.now() - startMs);
      const giveUpAtMs = startMs + 15_000;
      const others = steppedNames.length;
      while (stoppedAtMs.size < others && performance.now() < giveUpAtMs) await pause(5);
      if (stoppedAtMs.size < others) throw new Error(`${stoppedAtMs.size} vehicles stopped.`);
      stopMs.push(...[...stoppedAtMs.values()].map((atMs) => atMs - startMs));
      programMs.push(await flown.stopped(startMs));
      await order(steward, "/v1/trials/demo-trial/resume", {});
    }
    return {
      row: `order to suspend to first stop on the wire, ${drones} leases, ${rounds} rounds`,
      "p50 ms": rounded(quantile(stopMs, 0.5)),
      "p99 ms": rounded(quantile(stopMs, 0.99)),
      "max ms": rounded(quantile(stopMs, 1)),
      "gateway program p50 ms": rounded(quantile(programMs, 0.5)),
      "gateway program slowest ms": rounded(quantile(programMs, 1)),
      "steward answered p50 ms": rounded(quantile(answerMs, 0.5)),
    };
  } finally {
    await flown.close();
    closeAllPages();
    leave();
    autopilots.close();
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

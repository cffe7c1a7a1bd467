import type { GatewayId } from "@pista/flight";
import { type DevEui, parseDevEui } from "@pista/formats";
import { type AssetId, assetId, fail, isId, ok, type Result, trialId } from "@pista/kernel";
import { type Bay, bayId, deviceModelId } from "@pista/parking";
import type { Trial } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { type Asset, type Gateway, insertAsset, readSensorIds } from "../store/assets.ts";
import { bindDevice } from "../store/inventory.ts";
import { insertTrial } from "../store/programme.ts";
import { actorOf, commitAudited, type HubContext, newId, newSecret } from "./context.ts";
import type { DeviceModels } from "./device-models.ts";

/** Assets and gateways in memory: a connection is recognised without the store. */
export interface Registry {
  asset(assetId: AssetId): Asset | undefined;
  assets(): readonly Asset[];
  putAsset(asset: Asset): void;
  removeAsset(assetId: AssetId): void;
  deviceOf(devEui: DevEui): Asset | undefined;
  gateway(gatewayId: GatewayId): Gateway | undefined;
  gatewayOf(assetId: AssetId): Gateway | undefined;
  putGateway(gateway: Gateway): void;
}

export function createRegistry(assets: readonly Asset[], gateways: readonly Gateway[]): Registry {
  const byAsset = new Map(assets.map((asset) => [asset.assetId, asset]));
  const byGateway = new Map(gateways.map((gateway) => [gateway.gatewayId, gateway]));
  const byEui = new Map(assets.map((asset) => [asset.devEui, asset]));
  return {
    asset: (id) => byAsset.get(id),
    assets: () => [...byAsset.values()],
    putAsset(asset) {
      byAsset.set(asset.assetId, asset);
      byEui.set(asset.devEui, asset);
    },
    removeAsset(id) {
      byEui.delete(byAsset.get(id)?.devEui);
      byAsset.delete(id);
    },
    deviceOf: (devEui) => byEui.get(devEui),
    gateway: (id) => byGateway.get(id),
    gatewayOf: (id) => [...byGateway.values()].find((gateway) => gateway.assetId === id),
    putGateway: (gateway) => byGateway.set(gateway.gatewayId, gateway),
  };
}

const devicesPageDefault = 200;

/** Sensors page by page in the order of their ids. */
export async function listSensors(
  { db }: HubContext,
  registry: Registry,
  { cursor, limit = devicesPageDefault }: { cursor?: string; limit?: number },
): Promise<Result<{ sensors: Asset[]; nextCursor: string | null }, Refusal>> {
  if (cursor !== undefined && !isId(cursor)) {
    return fail({ kind: "malformed-request", detail: "The cursor is not one of ours." });
  }
  const ids = await readSensorIds(db, { after: cursor ?? "", limit });
  const last = ids.length === limit ? ids.at(-1) : undefined;
  // One that ends at this moment may be in the store and not in memory.
  return ok({ sensors: ids.flatMap((id) => registry.asset(id) ?? []), nextCursor: last ?? null });
}

export type DeviceWish = {
  readonly model: string;
  readonly bayId: string;
  readonly trialId: string | undefined;
  readonly modelId: string | undefined;
  readonly devEui: string | undefined;
};

type AddedDevice = { readonly id: string; readonly key: string };

/** Adds a sensor to a bay that has none; its key is told once and kept as a hash. */
export const addDevice = (
  context: HubContext,
  registry: Registry,
  models: DeviceModels,
  asker: Asker,
  wish: DeviceWish,
): Promise<Result<AddedDevice, Refusal>> =>
  context.turns.take(() => addInTurn(context, registry, models, asker, wish));

async function addInTurn(
  context: HubContext,
  registry: Registry,
  models: DeviceModels,
  asker: Asker,
  wish: DeviceWish,
): Promise<Result<AddedDevice, Refusal>> {
  const bay = context.bays.bay(bayId(wish.bayId));
  if (!bay) return fail({ kind: "not-found", detail: `There is no bay ${wish.bayId}.` });
  if (bay.deviceId) {
    return fail({ kind: "id-taken", detail: `Bay ${bay.bayId} is watched by ${bay.deviceId}.` });
  }
  const trial = wish.trialId === undefined ? undefined : findTrial(context, wish.trialId);
  if (wish.trialId !== undefined && !trial) {
    return fail({ kind: "not-found", detail: `There is no trial ${wish.trialId}.` });
  }
  const radio = findRadio(models, registry, wish);
  if (!radio.ok) return radio;
  const key = newSecret(context);
  const asset: Asset = {
    assetId: assetId(newId(context, "sensor")),
    organisationId: bay.organisationId,
    kind: "sensor",
    name: sensorName(wish.model, bay),
    model: wish.model,
    keyHash: context.hasher.hash("device-key", key),
    ...radio.value,
  };
  const next = trial && withAsset(trial, asset.assetId);
  const atMs = context.clock.nowMs();
  const line = {
    action: "device.add",
    subject: { kind: "device", id: asset.assetId },
    detail: { model: wish.model, bayId: bay.bayId, trialId: wish.trialId ?? null },
  };
  try {
    await commitAudited(context, actorOf(asker), line, async (transaction) => {
      await insertAsset(transaction, asset);
      if (next) await insertTrial(transaction, next, atMs);
      const binding = { bayId: bay.bayId, deviceId: asset.assetId, atMs };
      if (!(await bindDevice(transaction, binding))) throw new BayJustGone();
    });
  } catch (cause) {
    if (!(cause instanceof BayJustGone)) throw cause;
    return fail({ kind: "not-found", detail: `Bay ${bay.bayId} has just ended.` });
  }
  registry.putAsset(asset);
  context.bays.bind(bay.bayId, asset.assetId, atMs);
  if (next) context.permits.put(next);
  return ok({ id: asset.assetId, key });
}

export const sensorName = (model: string, bay: Pick<Bay, "label"> | undefined): string =>
  bay ? `${model}, ${bay.label}` : model;

export function findSensor(registry: Registry, id: string): Result<Asset, Refusal> {
  const device = isId(id) ? registry.asset(assetId(id)) : undefined;
  if (device?.kind === "sensor") return ok(device);
  return fail({ kind: "not-found", detail: `There is no device ${id}.` });
}

/** The model and the number by which a device's bytes find their way to its bay. */
function findRadio(
  models: DeviceModels,
  registry: Registry,
  wish: DeviceWish,
): Result<Pick<Asset, "modelId" | "devEui">, Refusal> {
  const isKnown = wish.modelId === undefined || models.model(deviceModelId(wish.modelId));
  if (!isKnown) return fail({ kind: "not-found", detail: `There is no model ${wish.modelId}.` });
  const devEui = parseDevEui(wish.devEui ?? "");
  const holder = devEui && registry.deviceOf(devEui);
  if (holder) {
    return fail({ kind: "id-taken", detail: `${devEui} is the EUI of ${holder.assetId}.` });
  }
  const modelId = wish.modelId === undefined ? undefined : deviceModelId(wish.modelId);
  return ok({ modelId, devEui });
}

/** An import has ended the bay. Thrown inside the transaction: that is how one is rolled back. */
export class BayJustGone extends Error {}

const findTrial = (context: HubContext, id: string): Trial | undefined =>
  isId(id) ? context.permits.trial(trialId(id)) : undefined;

const withAsset = (trial: Trial, added: AssetId): Trial => ({
  ...trial,
  version: trial.version + 1,
  assetIds: [...trial.assetIds, added],
});

import { type AssetId, fail, ok, type Result } from "@pista/kernel";
import { type Bay, bayId, deviceModelId } from "@pista/parking";
import type { Trial } from "@pista/programme";
import type { Kysely } from "kysely";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { type Asset, endAsset, updateAsset } from "../store/assets.ts";
import { bindDevice, releaseDevice } from "../store/inventory.ts";
import { insertTrial } from "../store/programme.ts";
import type { Tables } from "../store/tables.ts";
import { actorOf, commitAudited, type HubContext, newSecret } from "./context.ts";
import type { DeviceModels } from "./device-models.ts";
import { BayJustGone, findSensor, type Registry, sensorName } from "./devices.ts";

/** Closes what the sensor has open: it may come back with a key that counts. */
export type Disconnect = (deviceId: AssetId) => void;

/** What every change of a sensor needs to know. */
export type DeviceChange = {
  readonly context: HubContext;
  readonly registry: Registry;
  readonly asker: Asker;
  readonly deviceId: string;
};

/** Does the work on a sensor that there is, when its turn has come. */
const change = <Outcome>(
  { context, registry, deviceId }: DeviceChange,
  work: (device: Asset) => Promise<Result<Outcome, Refusal>>,
): Promise<Result<Outcome, Refusal>> =>
  context.turns.take(async () => {
    const device = findSensor(registry, deviceId);
    return device.ok ? work(device.value) : device;
  });

const commit = (
  { context, asker, deviceId }: DeviceChange,
  line: { action: string; detail: Record<string, unknown> },
  work: (transaction: Kysely<Tables>) => Promise<void>,
): Promise<void> =>
  commitAudited(
    context,
    actorOf(asker),
    { ...line, subject: { kind: "device", id: deviceId } },
    work,
  );

/** The old key is refused from the commit on, and what was opened with it is closed. */
export const rotateDeviceKey = (
  order: DeviceChange,
  disconnect: Disconnect,
): Promise<Result<{ id: string; key: string }, Refusal>> =>
  change(order, async (device) => {
    const { context, registry } = order;
    const key = newSecret(context);
    const next = { ...device, keyHash: context.hasher.hash("device-key", key) };
    await commit(order, { action: "device.rotate-key", detail: {} }, (transaction) =>
      updateAsset(transaction, next),
    );
    registry.putAsset(next);
    disconnect(device.assetId);
    return ok({ id: device.assetId, key });
  });

/** [BS3] A report is its bay's: what a sensor reported before it came here stays where it was. */
export const moveDevice = (
  order: DeviceChange,
  wish: { bayId: string | null },
): Promise<Result<Asset, Refusal>> =>
  change(order, async (device) => {
    const { context, registry } = order;
    const from = context.bays.bayOf(device.assetId);
    const target = findTarget(context, device, wish.bayId);
    if (!target.ok) return target;
    const to = target.value;
    if (from?.bayId === to?.bayId) return ok(device);
    const { assetId: deviceId, model } = device;
    const owner = to ?? device;
    const next = {
      ...device,
      organisationId: owner.organisationId,
      name: sensorName(model, to),
    };
    const atMs = context.clock.nowMs();
    const detail = { from: from?.bayId ?? null, to: to?.bayId ?? null };
    try {
      await commit(order, { action: "device.move", detail }, async (transaction) => {
        await updateAsset(transaction, next);
        await releaseDevice(transaction, deviceId);
        const isBound = !to || (await bindDevice(transaction, { ...to, deviceId, atMs }));
        if (!isBound) throw new BayJustGone();
      });
    } catch (cause) {
      if (!(cause instanceof BayJustGone)) throw cause;
      return fail({ kind: "not-found", detail: `Bay ${to?.bayId} has just ended.` });
    }
    registry.putAsset(next);
    context.bays.release(deviceId);
    if (to) context.bays.bind(to.bayId, deviceId, atMs);
    return ok(next);
  });

/** The bay to which it is to go; undefined where it is to go to none. */
function findTarget(
  { bays }: HubContext,
  device: Asset,
  id: string | null,
): Result<Bay | undefined, Refusal> {
  if (id === null) return ok(undefined);
  const bay = bays.bay(bayId(id));
  if (!bay) return fail({ kind: "not-found", detail: `There is no bay ${id}.` });
  if (bay.deviceId === undefined || bay.deviceId === device.assetId) return ok(bay);
  const detail = `Bay ${id} is watched by ${bay.deviceId}: move or end that one first.`;
  return fail({ kind: "id-taken", detail });
}

/** From the next uplink on: a report that is stored means what it meant. */
export const setDeviceModel = (
  order: DeviceChange,
  models: DeviceModels,
  wish: { modelId: string | null; model?: string | undefined },
): Promise<Result<Asset, Refusal>> =>
  change(order, async (device) => {
    const { context, registry } = order;
    const modelId = wish.modelId === null ? undefined : deviceModelId(wish.modelId);
    if (modelId !== undefined && !models.model(modelId)) {
      return fail({ kind: "not-found", detail: `There is no model ${modelId}.` });
    }
    const model = wish.model ?? device.model;
    const name = sensorName(model, context.bays.bayOf(device.assetId));
    const next = { ...device, modelId, model, name };
    const detail = { from: device.modelId ?? null, to: wish.modelId, model };
    await commit(order, { action: "device.set-model", detail }, (transaction) =>
      updateAsset(transaction, next),
    );
    registry.putAsset(next);
    return ok(next);
  });

/** For good: its bay, its DevEUI and its place in trials are free for the one that replaces it. */
export const endDevice = (
  order: DeviceChange,
  disconnect: Disconnect,
): Promise<Result<null, Refusal>> =>
  change(order, async (device) => {
    const { context, registry } = order;
    const { assetId: deviceId } = device;
    const atMs = context.clock.nowMs();
    const trials = context.permits
      .trials()
      .filter(({ assetIds }) => assetIds.includes(deviceId))
      .map((trial) => withoutAsset(trial, deviceId));
    const detail = {
      bayId: context.bays.bayOf(deviceId)?.bayId ?? null,
      devEui: device.devEui ?? null,
      trialIds: trials.map(({ trialId }) => trialId),
    };
    await commit(order, { action: "device.end", detail }, async (transaction) => {
      await releaseDevice(transaction, deviceId);
      await endAsset(transaction, { assetId: deviceId, atMs });
      for (const trial of trials) await insertTrial(transaction, trial, atMs);
    });
    registry.removeAsset(deviceId);
    context.bays.release(deviceId);
    for (const trial of trials) context.permits.put(trial);
    disconnect(deviceId);
    return ok(null);
  });

const withoutAsset = (trial: Trial, ended: AssetId): Trial => ({
  ...trial,
  version: trial.version + 1,
  assetIds: trial.assetIds.filter((id) => id !== ended),
  grants: trial.grants.filter(({ assetId }) => assetId !== ended),
});

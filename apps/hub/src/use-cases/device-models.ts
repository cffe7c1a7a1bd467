import type { DeviceModelView } from "@pista/contracts";
import {
  fail,
  formatRfc3339,
  isId,
  ok,
  organisationId,
  type Result,
  type TrialId,
  trialId,
} from "@pista/kernel";
import { type DeviceModelId, deviceModelId, type ReportMapping } from "@pista/parking";
import type { Codecs } from "../codecs/codecs.ts";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import {
  type DeviceModel,
  insertDeviceModel,
  readDeviceModels,
  readHookSecrets,
  upsertHookSecret,
} from "../store/device-models.ts";
import { insertOrganisation } from "../store/people.ts";
import { actorOf, commitAudited, type HubContext, newId, newSecret } from "./context.ts";
import { cityOrganisation } from "./people.ts";

/** Models and the hooks' secrets in memory: an uplink is taken in without asking the store. */
export interface DeviceModels {
  model(modelId: DeviceModelId): DeviceModel | undefined;
  models(): readonly DeviceModel[];
  put(model: DeviceModel): void;
  hookSecretHash(trialId: TrialId): Uint8Array | undefined;
  putHookSecretHash(trialId: TrialId, hash: Uint8Array): void;
}

export async function loadDeviceModels({ db }: Pick<HubContext, "db">): Promise<DeviceModels> {
  const models = new Map((await readDeviceModels(db)).map((model) => [model.modelId, model]));
  const secrets = new Map(
    (await readHookSecrets(db)).map((secret) => [secret.trialId, secret.secretHash]),
  );
  return {
    model: (id) => models.get(id),
    models: () => [...models.values()],
    put: (model) => models.set(model.modelId, model),
    hookSecretHash: (id) => secrets.get(id),
    putHookSecretHash: (id, hash) => secrets.set(id, hash),
  };
}

/** Adds a model; it never changes, so a correction is another one. */
export async function addDeviceModel(
  context: HubContext,
  models: DeviceModels,
  asker: Asker,
  wish: { name: string; codec: string; mapping: ReportMapping },
): Promise<DeviceModel> {
  const owner = asker.person?.organisationId ?? cityOrganisation.organisationId;
  const model: DeviceModel = {
    modelId: deviceModelId(newId(context, "model")),
    organisationId: organisationId(owner),
    ...wish,
    createdAtMs: context.clock.nowMs(),
  };
  const line = {
    action: "device-model.add",
    subject: { kind: "device-model", id: model.modelId },
    detail: { name: model.name },
  };
  await commitAudited(context, actorOf(asker), line, async (transaction) => {
    await insertOrganisation(transaction, cityOrganisation);
    await insertDeviceModel(transaction, model);
  });
  models.put(model);
  return model;
}

/** Makes a trial's hook secret; the one before is void from here on. */
export async function makeHookSecret(
  context: HubContext,
  models: DeviceModels,
  asker: Asker,
  wish: { trialId: string },
): Promise<Result<{ secret: string }, Refusal>> {
  const trial = isId(wish.trialId) ? context.permits.trial(trialId(wish.trialId)) : undefined;
  if (!trial) return fail({ kind: "not-found", detail: `There is no trial ${wish.trialId}.` });
  const secret = newSecret(context);
  const secretHash = context.hasher.hash("hook-secret", secret);
  const line = {
    action: "hook-secret.make",
    subject: { kind: "trial", id: trial.trialId },
    detail: {},
  };
  await commitAudited(context, actorOf(asker), line, (transaction) =>
    upsertHookSecret(transaction, { ...trial, secretHash, atMs: context.clock.nowMs() }),
  );
  models.putHookSecretHash(trial.trialId, secretHash);
  return ok({ secret });
}

export const deviceModelView = (model: DeviceModel, codecs: Codecs): DeviceModelView => ({
  id: model.modelId,
  name: model.name,
  // The same shape; the contract's lists are not read-only.
  mapping: model.mapping as DeviceModelView["mapping"],
  createdAt: formatRfc3339(model.createdAtMs),
  ...codecs.standing(model.modelId),
});

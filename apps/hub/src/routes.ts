import {
  addApiKey as addApiKeyRoute,
  addDeviceCommand as addDeviceCommandRoute,
  addDeviceModel as addDeviceModelRoute,
  addDevice as addDeviceRoute,
  addGateway as addGatewayRoute,
  addPerson as addPersonRoute,
  enrolGateway as enrolGatewayRoute,
  importCarParks as importCarParksRoute,
  listApiKeys as listApiKeysRoute,
  listAudit,
  listBayReports,
  listBays,
  listDeviceCommands,
  listDeviceModels,
  listDrones,
  listFeeds,
  listPeople as listPeopleRoute,
  listPublicBays,
  listPublicCarParks,
  listTrials,
  listZones as listZonesRoute,
  makeHookSecret as makeHookSecretRoute,
  me,
  offerPeer,
  type ProblemCode,
  readZoneOccupancy as readZoneOccupancyRoute,
  releaseLease,
  removeApiKey as removeApiKeyRoute,
  renewLease,
  resumeTrialRoute,
  revokeLeaseRoute,
  rotateLeaseKey as rotateLeaseKeyRoute,
  signIn as signInRoute,
  signOut as signOutRoute,
  suspendTrialRoute,
  takeLease,
} from "@pista/contracts";
import { leaseId as toLeaseId } from "@pista/flight";
import { assetId, fail, fromHex, ok, type Result } from "@pista/kernel";
import type { FastifyInstance } from "fastify";
import type { Feeds } from "./compose-feeds.ts";
import type { Intake } from "./compose-intake.ts";
import { registerDeviceLifeRoutes } from "./device-routes.ts";
import type { GatewayServer } from "./gateways/gateway-server.ts";
import { registerHandoverRoutes } from "./handover-routes.ts";
import type { Asker } from "./http/asker.ts";
import type { Refusal } from "./http/problems.ts";
import { type Handler, type RoutePort, registerRoute } from "./http/register-route.ts";
import type { MqttEndpoint } from "./intake/mqtt-endpoint.ts";
import { registerInventoryRoutes } from "./inventory-routes.ts";
import type { LeaseKey } from "./keys/lease-key.ts";
import type { HubContext } from "./use-cases/context.ts";
import { actorOf } from "./use-cases/context.ts";
import { addDeviceCommand, listDeviceCommandPage } from "./use-cases/device-commands.ts";
import {
  addDeviceModel,
  type DeviceModels,
  deviceModelView,
  makeHookSecret,
} from "./use-cases/device-models.ts";
import { addDevice, type Registry } from "./use-cases/devices.ts";
import { announceGateway, enrolGateway } from "./use-cases/gateways.ts";
import type { HandoverAsks } from "./use-cases/handover-asks.ts";
import { importCarParks } from "./use-cases/import-car-parks.ts";
import type { InventoryImports } from "./use-cases/import-inventory.ts";
import type { LeaseDesk } from "./use-cases/lease-desk.ts";
import { leaseView } from "./use-cases/lease-views.ts";
import { leaseWish } from "./use-cases/lease-wish.ts";
import { boxOf, listAuditPage, listReportPage } from "./use-cases/pages.ts";
import type { Passwords } from "./use-cases/passwords.ts";
import {
  addApiKey,
  addPerson,
  listApiKeys,
  listPeople,
  personView,
  removeApiKey,
} from "./use-cases/people.ts";
import { rotateLeaseKey } from "./use-cases/rotate-lease-key.ts";
import { type SignIns, signInLifetimeMs } from "./use-cases/sign-in.ts";
import { type Names, resume, suspend, trialView } from "./use-cases/trials.ts";
import { listZones, readZoneOccupancy } from "./use-cases/zones.ts";

/** What the routes work on. */
export type RouteParts = {
  readonly context: HubContext;
  readonly registry: Registry;
  readonly models: DeviceModels;
  readonly intake: Pick<Intake, "codecs" | "receiver">;
  readonly signIns: SignIns;
  readonly passwords: Passwords;
  readonly desk: LeaseDesk;
  readonly asks: HandoverAsks;
  readonly feeds: Feeds;
  readonly imports: InventoryImports;
  readonly gateways: GatewayServer;
  readonly names: Names & { reload(): Promise<void> };
  readonly leaseKey: LeaseKey;
  readonly mqtt: Pick<MqttEndpoint, "wakeCommands" | "disconnect" | "isConnected">;
  readonly isDemonstration: boolean;
  readonly version: string;
};

/** Joins every route of the contract with its use case. */
export function registerRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  registerCityRoutes(app, port, parts);
  registerInventoryRoutes(app, port, parts.context, parts.imports);
  registerProgrammeRoutes(app, port, parts);
  registerPeopleRoutes(app, port, parts);
  registerDeviceRoutes(app, port, parts);
  registerDeviceLifeRoutes(app, port, parts);
  registerModelRoutes(app, port, parts);
  registerFlightRoutes(app, port, parts);
  registerHandoverRoutes(app, port, parts);
}

function registerCityRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, feeds, isDemonstration } = parts;
  const bays: Handler<typeof listBays> = async ({ query }) => {
    const box = boxOf(query.bbox);
    if (!box.ok) return box;
    const listed = context.bays.list(box.value);
    return listed.ok ? ok({ items: [...listed.value], isDemonstration }) : listed;
  };
  registerRoute(app, listBays, port, bays);
  registerRoute(app, listPublicBays, port, bays);
  registerRoute(app, listPublicCarParks, port, async ({ query }) => {
    const box = boxOf(query.bbox);
    return box.ok ? ok({ items: [...context.carParks.list(box.value)] }) : box;
  });
  registerRoute(app, listBayReports, port, ({ params, query }) =>
    listReportPage(context, { bayId: params.bayId, ...query }),
  );
  registerRoute(app, listFeeds, port, async () => ok({ items: [...feeds.views()] }));
  registerRoute(app, listZonesRoute, port, ({ query }) => listZones(context, query));
  registerRoute(app, readZoneOccupancyRoute, port, ({ params, query }) =>
    readZoneOccupancy(context, { ...params, ...query }),
  );
  registerRoute(app, importCarParksRoute, port, ({ asker, body }) =>
    importCarParks(context, asker, body.xml),
  );
}

function registerProgrammeRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, names } = parts;
  registerRoute(app, listTrials, port, async () =>
    ok({ items: context.permits.trials().map((trial) => trialView(context, names, trial)) }),
  );
  registerRoute(app, suspendTrialRoute, port, async ({ asker, params, body }) => {
    const trial = await suspend(context, asker, { ...params, reason: body.reason });
    return trial.ok ? ok(trialView(context, names, trial.value)) : trial;
  });
  registerRoute(app, resumeTrialRoute, port, async ({ asker, params }) => {
    const trial = await resume(context, asker, params);
    return trial.ok ? ok(trialView(context, names, trial.value)) : trial;
  });
  registerRoute(app, listAudit, port, ({ query }) => listAuditPage(context, query));
}

function registerPeopleRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, isDemonstration, passwords, signIns, version } = parts;
  const meOf = (person: Asker["person"]) => ({
    person: person ? personView(person) : null,
    isDemonstration,
    version,
  });
  registerRoute(app, me, port, async ({ asker }) => ok(meOf(asker.person)));
  registerRoute(app, signInRoute, port, async ({ body, address, setCookie }) => {
    const outcome = await signIns.signIn({ ...body, address });
    if (!outcome.ok) return outcome;
    setCookie(outcome.value.token, signInLifetimeMs / 1_000);
    return ok(meOf(outcome.value.person));
  });
  registerRoute(app, signOutRoute, port, async ({ asker, setCookie }) => {
    await signIns.signOut(asker);
    setCookie("", 0);
    return ok(null);
  });
  registerRoute(app, listPeopleRoute, port, async () =>
    ok({ items: [...(await listPeople(context))] }),
  );
  registerRoute(app, addPersonRoute, port, async ({ asker, body }) => {
    const wish = { ...body, password: body.password };
    const added = await addPerson(context, passwords, actorOf(asker), wish);
    if (!added.ok) return added;
    await parts.names.reload();
    return ok({ person: personView(added.value.person), password: added.value.password });
  });
  registerRoute(app, listApiKeysRoute, port, async ({ asker }) =>
    ok({ items: await listApiKeys(context, asker) }),
  );
  registerRoute(app, addApiKeyRoute, port, ({ asker, body }) =>
    addApiKey(context, asker, body.label),
  );
  registerRoute(app, removeApiKeyRoute, port, async ({ asker, params }) => {
    const removed = await removeApiKey(context, asker, params.apiKeyId);
    if (!removed.ok) return removed;
    signIns.forget(removed.value);
    return ok(null);
  });
}

function registerDeviceRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, models, registry } = parts;
  registerRoute(app, addDeviceRoute, port, ({ asker, body }) =>
    addDevice(context, registry, models, asker, {
      ...body,
      trialId: body.trialId,
      modelId: body.modelId,
      devEui: body.devEui,
    }),
  );
  registerRoute(app, addDeviceCommandRoute, port, ({ asker, params, body }) =>
    addDeviceCommand(context, registry, asker, { ...params, ...body }, parts.mqtt.wakeCommands),
  );
  registerRoute(app, listDeviceCommands, port, ({ params, query }) =>
    listDeviceCommandPage(context, registry, { ...params, ...query }),
  );
  registerRoute(app, addGatewayRoute, port, ({ asker, body }) =>
    announceGateway(context, registry, asker, body),
  );
  registerRoute(app, enrolGatewayRoute, port, async ({ body }) => {
    const publicKey = fromHex(body.publicKey) ?? new Uint8Array();
    const gateway = await enrolGateway(context, registry, { code: body.code, publicKey });
    if (!gateway.ok) return gateway;
    parts.gateways.disconnect(gateway.value.gatewayId, "the gateway was enrolled anew");
    context.drones.setGateway(gateway.value.assetId, "offline");
    return ok({
      gatewayId: gateway.value.gatewayId,
      assetId: gateway.value.assetId,
      leasePublicKey: parts.leaseKey.publicKeyHex,
    });
  });
}

function registerModelRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, models } = parts;
  const { codecs } = parts.intake;
  registerRoute(app, listDeviceModels, port, async () =>
    ok({ items: models.models().map((model) => deviceModelView(model, codecs)) }),
  );
  registerRoute(app, addDeviceModelRoute, port, async ({ asker, body }) =>
    ok(deviceModelView(await addDeviceModel(context, models, asker, body), codecs)),
  );
  registerRoute(app, makeHookSecretRoute, port, ({ asker, params }) =>
    makeHookSecret(context, models, asker, params),
  );
}

const refused = (kind: ProblemCode, detail: string): Result<never, Refusal> =>
  fail({ kind, detail });

function registerFlightRoutes(app: FastifyInstance, port: RoutePort, parts: RouteParts): void {
  const { context, desk, gateways, registry } = parts;
  registerRoute(app, listDrones, port, async () => ok({ items: [...context.drones.list()] }));
  registerRoute(app, takeLease, port, async ({ asker, decision, params, body }) => {
    const wish = leaseWish(registry, params.droneId, body);
    if (!wish.ok) return wish;
    const held = await desk.take(asker, decision, wish.value);
    return held.ok ? ok(leaseView(context, held.value)) : held;
  });
  registerRoute(app, renewLease, port, async ({ asker, decision, params, body }) => {
    const wish = { assetId: assetId(params.droneId), leaseId: body.leaseId };
    const held = desk.renew(asker, decision, wish);
    return held.ok ? ok(leaseView(context, held.value)) : held;
  });
  registerRoute(app, releaseLease, port, ({ asker, params, body }) =>
    desk.release(asker, { assetId: assetId(params.droneId), leaseId: body.leaseId }),
  );
  registerRoute(app, revokeLeaseRoute, port, ({ asker, params, body }) =>
    desk.revoke(asker, { assetId: assetId(params.droneId), reason: body.reason }),
  );
  registerRoute(app, rotateLeaseKeyRoute, port, ({ asker }) =>
    rotateLeaseKey(context, parts.leaseKey, gateways, asker),
  );
  registerRoute(app, offerPeer, port, async ({ asker, params, body }) => {
    const held = desk.find({ assetId: assetId(params.droneId), leaseId: body.leaseId });
    if (!held || held.lease.pilotId !== asker.person?.personId) {
      return refused("lease-ended", "This lease is over: ask for a new one.");
    }
    const offer = { leaseId: toLeaseId(body.leaseId), sdp: body.sdp };
    const answer = await gateways.offer(held.lease.gatewayId, offer);
    return answer.ok ? ok({ sdp: answer.value }) : refused("gateway-offline", answer.fault);
  });
}

import { fileURLToPath } from "node:url";
import { gatewayLinkPath, type LiveTopic } from "@pista/contracts";
import { assetId, type Cancel, isId, ok } from "@pista/kernel";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { composeFeeds } from "./compose-feeds.ts";
import { commandStore, composeIntake, hookPort, type Intake } from "./compose-intake.ts";
import { createGatewayServer, type GatewayServer } from "./gateways/gateway-server.ts";
import { serveHooks } from "./hooks/hook-routes.ts";
import { cookieName } from "./http/asker.ts";
import { type BackupPort, serveBackup } from "./http/backup.ts";
import { serveConsole } from "./http/console-files.ts";
import { credentialsOf, isOwnOrigin } from "./http/credentials.ts";
import { serveHealth } from "./http/health.ts";
import type { RoutePort } from "./http/register-route.ts";
import { createHttpServer } from "./http/server.ts";
import { routeUpgrades } from "./http/upgrades.ts";
import { createMqttEndpoint, type MqttEndpoint } from "./intake/mqtt-endpoint.ts";
import { mqttLimitsWithin } from "./intake/mqtt-limits.ts";
import { isSameHash } from "./keys/token-hash.ts";
import type { LiveWatcher } from "./live/live-connection.ts";
import { createLiveServer, type LiveServer } from "./live/live-server.ts";
import { createMetrics, createStatementMetrics, type HubMetrics } from "./metrics.ts";
import { openFilesMax } from "./open-files.ts";
import type { OpenHub } from "./open-hub.ts";
import { registerRoutes } from "./routes.ts";
import { type HubSettings, isLoopback } from "./settings.ts";
import { keepHouse } from "./store/housekeeping.ts";
import { createBackups } from "./use-cases/back-up.ts";
import { newSecret } from "./use-cases/context.ts";
import { endLostLeases } from "./use-cases/end-lost-leases.ts";
import { HandoverAsks } from "./use-cases/handover-asks.ts";
import { createInventoryImports, type InventoryImports } from "./use-cases/import-inventory.ts";
import { startJudging } from "./use-cases/judge-sensors.ts";
import { LeaseDesk } from "./use-cases/lease-desk.ts";
import { loadLeases } from "./use-cases/load-boards.ts";
import { createNames } from "./use-cases/names.ts";
import { rotateGatewayKey } from "./use-cases/rotate-gateway-key.ts";
import { createSignIns, type SignIns } from "./use-cases/sign-in.ts";
import { trialView } from "./use-cases/trials.ts";

export const version = "0.1.0";

const consoleDirectory = fileURLToPath(new URL("../../console/dist", import.meta.url));

/** The hub with its doors, closed until it listens. */
export interface Hub {
  readonly app: FastifyInstance;
  /** Whoever holds the data directory shows this; it is new at every start. */
  readonly operatorToken: string;
  readonly consoleIsBuilt: boolean;
  listen(): Promise<{ port: number; mqttPort: number }>;
  close(): Promise<void>;
}

/** Joins the parts: the only place where they meet. */
export async function composeHub(settings: HubSettings, open: OpenHub, log: Logger): Promise<Hub> {
  const { context, keys, registry } = open;
  const metrics = createMetrics();
  open.statements.listen(createStatementMetrics(metrics));
  const operatorToken = newSecret(context);
  const signIns = createSignIns(context, {
    passwords: open.passwords,
    operatorHash: context.hasher.hash("operator", operatorToken),
    // A proxy on this machine brings the whole world to the loopback.
    mayDemonstrate: isLoopback(settings.host) && !settings.behindProxy,
  });
  const names = await createNames(context.db, registry);
  // The desk and the gateways speak to each other: the gateways hear of the desk when it is there.
  const later: { desk?: LeaseDesk } = {};
  const gateways = composeGateways(open, metrics, log, later);
  const leases = await composeLeases(open, gateways);
  later.desk = leases.desk;
  const intake = composeIntake(open, metrics, log);
  const mqtt = composeMqtt(settings, open, metrics, log, intake);
  const feeds = composeFeeds(settings, open, metrics, log);
  const imports = createInventoryImports(context);
  const live = composeLive(open, signIns, (trial) => trialView(context, names, trial));

  const app = await createHttpServer({ ...settings, version }, log);
  registerRoutes(app, routePort(settings, open, signIns), {
    ...open,
    ...leases,
    signIns,
    ...{ intake, feeds, gateways, imports, names },
    leaseKey: keys.leaseKey,
    mqtt,
    isDemonstration: context.permits.trials().some((trial) => trial.isDemonstration),
    version,
  });
  await serveHooks(app, hookPort(open, metrics, intake));
  serveHealth(app, healthPort(open, metrics, { live, mqtt }));
  serveBackup(app, backupPort(open, signIns, log));
  const consoleIsBuilt = await serveConsole(app, consoleDirectory);
  const upgrades = { "/live": live.upgrade, [gatewayLinkPath]: gateways.upgrade };
  routeUpgrades(app.server, upgrades, settings);
  const chores = startChores(settings, open, { ...leases, imports }, log);
  return {
    app,
    operatorToken,
    consoleIsBuilt,
    async listen() {
      await app.listen({ host: settings.host, port: settings.port });
      const mqttPort = await mqtt.listen({ host: settings.host, port: settings.mqttPort });
      feeds.start();
      const address = app.server.address();
      const port = typeof address === "object" && address ? address.port : settings.port;
      return { port, mqttPort };
    },
    async close() {
      await chores.stop();
      live.close();
      gateways.close();
      // Devices first, so that what they have sent is stored before the store closes.
      await mqtt.close();
      await app.close();
      await intake.close();
      await feeds.close();
      await open.database.close();
    },
  };
}

type Leases = { readonly desk: LeaseDesk; readonly asks: HandoverAsks };

/** What the hub does unasked. */
function startChores(
  settings: HubSettings,
  open: OpenHub,
  leases: Leases & { imports: InventoryImports },
  log: Logger,
) {
  const { context } = open;
  mendAfterOutages(open, leases, log);
  const stopTimers = startTimers(open, leases, log);
  const house = keepHouse({
    ...context,
    keepReportsDays: settings.keepReportsDays,
    isEmbedded: settings.databaseUrl === undefined,
    failed: (cause) => log.error({ err: cause }, "The store's housekeeping failed; it goes on"),
  });
  const judging = startJudging(context, (cause) => log.error({ err: cause }, "Sensors not judged"));
  context.permits.changes.listen(() => {
    leases.desk
      .decideAgain()
      .catch((cause) => log.error({ err: cause }, "A lease's end was not stored"));
  });
  return {
    async stop(): Promise<void> {
      stopTimers();
      await Promise.all([judging.stop(), house.stop()]);
    },
  };
}

/** The desk with the leases that the store still holds. */
async function composeLeases(open: OpenHub, gateways: GatewayServer): Promise<Leases> {
  const { context } = open;
  const desk = new LeaseDesk(context, gateways, open.keys.leaseKey);
  desk.restore(await loadLeases(context));
  // What was allowed when the hub stopped may not be now: the gateway hears so when it is back.
  await desk.decideAgain();
  // [AU3] Handovers that were under way have no time left.
  await desk.expire();
  return { desk, asks: new HandoverAsks(context, desk) };
}

function mendAfterOutages(
  { context, outages }: OpenHub,
  { desk, imports }: Leases & { imports: InventoryImports },
  log: Logger,
): void {
  outages.listen((ended) => {
    const done = Promise.all(ended.map((outage) => endLostLeases(context, desk, outage)));
    done.catch((cause) => log.error({ err: cause }, "Ends of leases were not stored"));
    imports.finish().catch((cause) => log.error({ err: cause }, "An import was not finished"));
  });
}

function composeMqtt(
  settings: HubSettings,
  { context, registry }: OpenHub,
  metrics: HubMetrics,
  log: Logger,
  { full, receiver }: Intake,
): MqttEndpoint {
  return createMqttEndpoint(
    {
      authenticate(deviceName, key) {
        const device = isId(deviceName) ? registry.asset(assetId(deviceName)) : undefined;
        const shown = context.hasher.hash("device-key", key);
        const isKnown = device?.keyHash !== undefined && isSameHash(shown, device.keyHash);
        return isKnown ? device.assetId : undefined;
      },
      receive: receiver.receive,
      commands: commandStore(context),
      waitForRoom(deviceId) {
        const room = full(deviceId);
        return room && new Promise((resolve) => room.whenRoom(resolve));
      },
      refused: (cause) => metrics.intakeRefused.inc({ cause }),
      failed: (cause) =>
        log.error({ err: cause }, "A device's message was not kept, and not answered"),
    },
    context.clock,
    { limits: mqttLimitsWithin(openFilesMax()), tls: settings.tls },
  );
}

function composeGateways(
  { context, keys, registry }: OpenHub,
  metrics: HubMetrics,
  log: Logger,
  later: { desk?: LeaseDesk },
): GatewayServer {
  return createGatewayServer({
    clock: context.clock,
    draw: context.draw,
    find(gatewayId) {
      const gateway = registry.gateway(gatewayId);
      return gateway?.publicKey && { assetId: gateway.assetId, publicKey: gateway.publicKey };
    },
    rotationsSince: (leasePublicKeyHex) => keys.leaseKey.since(leasePublicKeyHex),
    async pin(gatewayId, key) {
      try {
        return await rotateGatewayKey(context, registry, gatewayId, key);
      } catch (cause) {
        log.error({ err: cause, gatewayId }, "A gateway's new key was not stored");
        return false;
      }
    },
    connected(gatewayId, asset) {
      log.info({ gatewayId, asset }, "A gateway is connected");
      context.drones.setGateway(asset, "online");
      later.desk?.greet(asset);
    },
    disconnected(gatewayId, asset) {
      log.warn({ gatewayId, asset }, "A gateway has left");
      context.drones.setGateway(asset, "offline");
    },
    telemetry: (asset, telemetry) => context.drones.setTelemetry(asset, telemetry),
    leaseState(asset, told) {
      later.desk
        ?.heard(asset, told)
        .catch((fault) => log.error({ err: fault }, "A lease's end was not stored"));
    },
    refused: (cause) => {
      metrics.gatewayRefused.inc({ cause });
      log.warn({ cause }, "A gateway was refused");
    },
  });
}

function composeLive(
  { context }: OpenHub,
  signIns: SignIns,
  view: (trial: Parameters<typeof trialView>[2]) => ReturnType<typeof trialView>,
): LiveServer {
  const { bays, carParks, drones, permits, clock } = context;
  const actions = {
    bays: "public.read",
    "car-parks": "public.read",
    drones: "city.read",
    trials: "trial.read",
  } as const satisfies Record<LiveTopic, string>;
  return createLiveServer({
    clock,
    async identify(request): Promise<LiveWatcher> {
      const { subject } = await signIns.identify(credentialsOf(request.headers));
      return {
        refusal(topic) {
          const decision = permits.decide({ subject, action: actions[topic] });
          if (decision.answer === "allow") return undefined;
          return decision.reasons.map(({ kind }) => kind).join(", ");
        },
      };
    },
    sources: {
      bays: {
        snapshot: (box) => bays.states(box),
        listen: bays.changes.listen,
        position: bays.position,
        listenRedrawn: bays.redrawn.listen,
      },
      "car-parks": {
        // The contract has a bbox for bays only: the snapshot and the changes must agree.
        snapshot: () => ok(carParks.list(undefined)),
        listen: carParks.changes.listen,
      },
      drones: { snapshot: () => ok(drones.list()), listen: drones.changes.listen },
      trials: {
        snapshot: () => ok(permits.trials().map(view)),
        listen: (listener) => permits.changes.listen((trials) => listener(trials.map(view))),
      },
    },
  });
}

const routePort = (settings: HubSettings, open: OpenHub, signIns: SignIns): RoutePort => ({
  identify: (request) => signIns.identify(credentialsOf(request.headers)),
  decide: (question) => open.context.permits.decide(question),
  isOwnOrigin: (request) => isOwnOrigin(request.headers, settings),
  setCookie(reply, token, maxAgeS) {
    reply.setCookie(cookieName, token, {
      path: "/",
      httpOnly: true,
      sameSite: "strict",
      secure: settings.tls !== undefined || settings.behindProxy,
      maxAge: maxAgeS,
    });
  },
});

const backupPort = ({ context, database }: OpenHub, signIns: SignIns, log: Logger): BackupPort => ({
  identify: (request) => signIns.identify(credentialsOf(request.headers)),
  start: createBackups(context, database, log).start,
});

const healthPort = (
  { context, database }: OpenHub,
  metrics: HubMetrics,
  doors: { live: LiveServer; mqtt: MqttEndpoint },
) => ({
  async askStore(): Promise<void> {
    await database.checkRoom();
    await context.db.selectFrom("organisation").select("id").limit(1).execute();
  },
  async metrics() {
    metrics.liveWatchers.set(doors.live.watcherCount());
    metrics.deviceConnections.set(doors.mqtt.connectionCount());
    const { registry } = metrics;
    return { contentType: registry.contentType, text: await registry.metrics() };
  },
});

const leaseSweepMs = 500;
const baySweepMs = 1_000;

/** What time alone brings about: leases that end, bays that fall silent. */
function startTimers({ context }: OpenHub, { desk, asks }: Leases, log: Logger): Cancel {
  const { bays, carParks, clock } = context;
  const every = (periodMs: number, run: () => void): Cancel => {
    let cancel: Cancel = () => {};
    const again = (): void => {
      cancel = clock.after(periodMs, () => {
        run();
        again();
      });
    };
    again();
    return () => cancel();
  };
  const stopLeases = every(leaseSweepMs, () => {
    asks.sweep();
    desk.expire().catch((cause) => log.error({ err: cause }, "A lease's end was not stored"));
  });
  const stopBays = every(baySweepMs, () => {
    bays.sweep();
    carParks.sweep();
  });
  return () => {
    stopLeases();
    stopBays();
  };
}

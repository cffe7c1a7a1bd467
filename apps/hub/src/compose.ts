import { fileURLToPath } from "node:url";
import { gatewayLinkPath, type LiveTopic } from "@pista/contracts";
import { assetId, type Cancel, isId } from "@pista/kernel";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { createGatewayServer, type GatewayServer } from "./gateways/gateway-server.ts";
import { cookieName } from "./http/asker.ts";
import { serveConsole } from "./http/console-files.ts";
import { credentialsOf, isOwnOrigin } from "./http/credentials.ts";
import { serveHealth } from "./http/health.ts";
import type { RoutePort } from "./http/register-route.ts";
import { createHttpServer } from "./http/server.ts";
import { routeUpgrades } from "./http/upgrades.ts";
import { createGroupCommit, type GroupCommit } from "./intake/group-commit.ts";
import { createMqttEndpoint, type MqttEndpoint } from "./intake/mqtt-endpoint.ts";
import { isSameHash } from "./keys/token-hash.ts";
import type { LiveWatcher } from "./live/live-connection.ts";
import { createLiveServer, type LiveServer } from "./live/live-server.ts";
import { createMetrics, type HubMetrics } from "./metrics.ts";
import type { OpenHub } from "./open-hub.ts";
import { registerRoutes } from "./routes.ts";
import { type HubSettings, isLoopback } from "./settings.ts";
import { QueryError } from "./store/errors.ts";
import {
  insertQuarantine,
  insertReports,
  type QuarantineEntry,
  type StoredReport,
} from "./store/reports.ts";
import { newSecret } from "./use-cases/context.ts";
import { LeaseDesk } from "./use-cases/lease-desk.ts";
import { loadLeases } from "./use-cases/load-boards.ts";
import { createNames } from "./use-cases/names.ts";
import { createReportReceiver } from "./use-cases/receive-report.ts";
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
  const desk = new LeaseDesk(context, gateways, keys.leaseKey);
  later.desk = desk;
  desk.restore(await loadLeases(context));
  // What was allowed when the hub stopped may not be now: the gateway hears so when it is back.
  await desk.decideAgain();
  const commits = composeCommits(open, metrics);
  const mqtt = composeMqtt(settings, open, metrics, log, commits);
  const live = composeLive(open, signIns, (trial) => trialView(context, names, trial));

  const app = await createHttpServer({ ...settings, version }, log);
  registerRoutes(app, routePort(settings, open, signIns), {
    ...open,
    signIns,
    desk,
    gateways,
    names,
    leaseKey: keys.leaseKey,
    isDeviceConnected: (id) => isId(id) && mqtt.isConnected(assetId(id)),
    isDemonstration: context.permits.trials().some((trial) => trial.isDemonstration),
    version,
  });
  serveHealth(app, healthPort(open, metrics, { live, mqtt }));
  const consoleIsBuilt = await serveConsole(app, consoleDirectory);
  const upgrades = { "/live": live.upgrade, [gatewayLinkPath]: gateways.upgrade };
  routeUpgrades(app.server, upgrades, settings);

  const stopTimers = startTimers(open, desk, log);
  context.permits.changes.listen(() => {
    desk.decideAgain().catch((cause) => log.error({ err: cause }, "A lease's end was not stored"));
  });
  return {
    app,
    operatorToken,
    consoleIsBuilt,
    async listen() {
      await app.listen({ host: settings.host, port: settings.port });
      const mqttPort = await mqtt.listen({ host: settings.host, port: settings.mqttPort });
      const address = app.server.address();
      const port = typeof address === "object" && address ? address.port : settings.port;
      return { port, mqttPort };
    },
    async close() {
      stopTimers();
      live.close();
      gateways.close();
      // Devices first, so that what they have sent is stored before the store closes.
      await mqtt.close();
      await app.close();
      await Promise.all([commits.reports.idle(), commits.quarantine.idle()]);
      await open.database.close();
    },
  };
}

/** [IN1] Store, show, and only then is it acknowledged. */
async function storeBatch(
  { context }: OpenHub,
  metrics: HubMetrics,
  batch: readonly StoredReport[],
): Promise<void> {
  const startedAtMs = context.clock.monotonicMs();
  const telling = await insertReports(context.db, batch);
  metrics.batchSeconds.observe((context.clock.monotonicMs() - startedAtMs) / 1_000);
  metrics.batchSize.observe(batch.length);
  metrics.reportsStored.inc(batch.length);
  context.bays.apply(telling);
}

type Commits = {
  readonly reports: GroupCommit<StoredReport>;
  readonly quarantine: GroupCommit<QuarantineEntry>;
};

/** Up to 4 kB each, so that a batch stays under a megabyte. */
const quarantineLimits = { batchMax: 200, waitingMax: 1_000 } as const;

function composeCommits(open: OpenHub, metrics: HubMetrics): Commits {
  const isRefusal = (cause: unknown): boolean => cause instanceof QueryError;
  return {
    reports: createGroupCommit((batch) => storeBatch(open, metrics, batch), { isRefusal }),
    quarantine: createGroupCommit((batch) => insertQuarantine(open.context.db, batch), {
      isRefusal,
      limits: quarantineLimits,
    }),
  };
}

function composeMqtt(
  settings: HubSettings,
  { context, registry }: OpenHub,
  metrics: HubMetrics,
  log: Logger,
  commits: Commits,
): MqttEndpoint {
  const receiver = createReportReceiver(context, commits.reports, commits.quarantine);
  return createMqttEndpoint(
    {
      authenticate(deviceName, key) {
        const device = isId(deviceName) ? registry.asset(assetId(deviceName)) : undefined;
        const shown = context.hasher.hash("device-key", key);
        const isKnown = device?.keyHash !== undefined && isSameHash(shown, device.keyHash);
        return isKnown ? device.assetId : undefined;
      },
      async receive(message) {
        const answer = await receiver.receive(message);
        if (answer.kind === "quarantined") metrics.intakeQuarantined.inc();
        return answer;
      },
      waitForRoom() {
        const full = Object.values(commits).find((commit) => commit.isFull());
        return full && new Promise((resolve) => full.whenRoom(resolve));
      },
      refused: (cause) => metrics.intakeRefused.inc({ cause }),
      failed: (cause) => log.error({ err: cause }, "A report was not stored, nor acknowledged"),
    },
    context.clock,
    { tls: settings.tls },
  );
}

function composeGateways(
  { context, registry }: OpenHub,
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
    connected(gatewayId, asset) {
      log.info({ gatewayId, asset }, "A gateway is connected");
      context.drones.setGateway(asset, "online");
      later.desk?.greet(gatewayId, asset);
    },
    disconnected(gatewayId, asset) {
      log.warn({ gatewayId, asset }, "A gateway has left");
      context.drones.setGateway(asset, "offline");
    },
    telemetry: (asset, telemetry) => context.drones.setTelemetry(asset, telemetry),
    leaseState(asset, { leaseId, state, cause }) {
      if (state === "held") return;
      later.desk
        ?.ended({ assetId: asset, leaseId }, cause ?? state)
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
        isWithin: bays.isWithin,
      },
      "car-parks": {
        // The contract has a bbox for bays only: the snapshot and the changes must agree.
        snapshot: () => carParks.list(undefined),
        listen: carParks.changes.listen,
      },
      drones: { snapshot: () => drones.list(), listen: drones.changes.listen },
      trials: {
        snapshot: () => permits.trials().map(view),
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

const healthPort = (
  { context }: OpenHub,
  metrics: HubMetrics,
  doors: { live: LiveServer; mqtt: MqttEndpoint },
) => ({
  async askStore(): Promise<void> {
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
const baySweepMs = 5_000;

/** What time alone brings about: leases that end, bays that fall silent. */
function startTimers({ context }: OpenHub, desk: LeaseDesk, log: Logger): Cancel {
  const { bays, clock } = context;
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
    desk.expire().catch((cause) => log.error({ err: cause }, "A lease's end was not stored"));
  });
  const stopBays = every(baySweepMs, () => bays.sweep());
  return () => {
    stopLeases();
    stopBays();
  };
}

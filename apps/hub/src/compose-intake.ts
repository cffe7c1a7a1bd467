import { type AssetId, createPurses, epochMs, isId, trialId } from "@pista/kernel";
import type { Logger } from "pino";
import { type Codecs, createCodecs } from "./codecs/codecs.ts";
import type { HookPort } from "./hooks/hook-routes.ts";
import { refuse } from "./http/register-route.ts";
import type { CommandStore } from "./intake/command-outbox.ts";
import { createGroupCommit, type GroupCommit } from "./intake/group-commit.ts";
import { hookDeviceLimits, hookLimits } from "./intake/hook-limits.ts";
import { waitWhile } from "./intake/wait-while.ts";
import { isSameHash } from "./keys/token-hash.ts";
import type { HubMetrics } from "./metrics.ts";
import type { OpenHub } from "./open-hub.ts";
import { markCommandAnswered, markCommandSent, readNextCommand } from "./store/device-commands.ts";
import type { DeviceModel } from "./store/device-models.ts";
import { QueryError } from "./store/errors.ts";
import { insertQuarantine, type QuarantineEntry } from "./store/quarantine.ts";
import { createReportLog, type ReportLog, type StoredReport } from "./store/report-log.ts";
import { systemClock } from "./system-clock.ts";
import type { HubContext } from "./use-cases/context.ts";
import {
  createReportReceiver,
  type ReceiverParts,
  type ReportReceiver,
} from "./use-cases/receive-report.ts";
import { createUplinkReceiver } from "./use-cases/receive-uplink.ts";

/** What every door of the devices gives its messages to. */
export type Intake = {
  readonly codecs: Codecs;
  readonly receiver: ReportReceiver;
  /** [IN5] What has no room now, of all that a message of this device needs. */
  full(deviceId?: AssetId): Room | undefined;
  /** Resolves when nothing waits any more. */
  close(): Promise<void>;
};

type Room = Pick<GroupCommit<unknown>, "isFull" | "whenRoom">;

/** Joins what lies behind the doors of the devices; a part of compose.ts. */
export function composeIntake(open: OpenHub, metrics: HubMetrics, log: Logger): Intake {
  const commits = composeCommits(open, metrics);
  const codecs = composeCodecs(open, metrics, log);
  const modelOf = (deviceId: AssetId): DeviceModel | undefined => {
    const modelId = open.registry.asset(deviceId)?.modelId;
    return modelId && open.models.model(modelId);
  };
  const codecRoom = (codecId: string): Room => ({
    isFull: () => codecs.isFull(codecId),
    whenRoom: (run) => codecs.whenRoom(codecId, run),
  });
  return {
    codecs,
    receiver: composeReceiver(open, metrics, commits, { codecs, modelOf }),
    full(deviceId) {
      const model = deviceId && modelOf(deviceId);
      const rooms: readonly Room[] = [
        ...Object.values(commits),
        ...(model ? [codecRoom(model.modelId)] : []),
      ];
      return rooms.find((room) => room.isFull());
    },
    async close() {
      await codecs.close();
      await Promise.all([commits.reports.idle(), commits.quarantine.idle()]);
    },
  };
}

const composeCodecs = ({ context, models }: OpenHub, metrics: HubMetrics, log: Logger): Codecs =>
  createCodecs(context.clock, {
    killed(id, { kind, detail }) {
      metrics.codecsKilled.inc({ cause: kind });
      const model = models.models().find(({ modelId }) => modelId === id);
      log.warn({ model: id, owner: model?.organisationId, detail }, "A payload codec was killed");
    },
  });

function composeReceiver(
  { context }: OpenHub,
  metrics: HubMetrics,
  commits: Commits,
  decoding: Pick<ReceiverParts, "codecs" | "modelOf">,
): ReportReceiver {
  return createReportReceiver(context, {
    commit: commits.reports,
    quarantineCommit: {
      ...commits.quarantine,
      async add(entry) {
        await commits.quarantine.add(entry);
        metrics.intakeQuarantined.inc();
      },
    },
    ...decoding,
  });
}

export function hookPort(
  { context, models, registry }: OpenHub,
  metrics: HubMetrics,
  { full, receiver }: Intake,
): HookPort {
  const { clock, hasher } = context;
  const receive = createUplinkReceiver(context, registry, receiver, {
    purseOf: createPurses<AssetId>(hookDeviceLimits, clock),
    isFull: (deviceId) => full(deviceId) !== undefined,
  });
  return {
    purseOf: createPurses<string>(hookLimits, clock),
    isSecret(id, secret) {
      const shown = hasher.hash("hook-secret", secret);
      const known = isId(id) ? models.hookSecretHash(trialId(id)) : undefined;
      return known !== undefined && isSameHash(shown, known);
    },
    pause: (forMs) => new Promise((resolve) => clock.after(forMs, resolve)),
    hasRoom: (withinMs) => waitWhile(() => full() !== undefined, withinMs, clock),
    receive: (message) => receive({ ...message, trialId: trialId(message.trialId) }),
    refused: (cause) => metrics.intakeRefused.inc({ cause }),
    refuse,
  };
}

export const commandStore = ({ db, clock }: HubContext): CommandStore => ({
  async next(deviceId, afterId) {
    const row = await readNextCommand(db, { deviceId, afterId, atMs: clock.nowMs() });
    if (!row) return undefined;
    const { id, payload, expires_at, sent_at } = row;
    const expiresAtMs = epochMs(expires_at.getTime());
    return { id, payload, expiresAtMs, isRepeat: sent_at !== null };
  },
  sent: (id) => markCommandSent(db, { id, atMs: clock.nowMs() }),
  answered: (id, reasonCode) => markCommandAnswered(db, { id, reasonCode, atMs: clock.nowMs() }),
});

/** [IN1] Store, show, and only then is it acknowledged. */
async function storeBatch(
  { context }: OpenHub,
  metrics: HubMetrics,
  reports: ReportLog,
  batch: readonly StoredReport[],
): Promise<void> {
  const startedAtMs = context.clock.monotonicMs();
  const telling = await reports.insert(batch);
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
/** [IN5] What nobody can read is in no hurry, and each batch of it keeps the store from reports. */
const quarantineGathering = { afterBatchOver: 0, untilWaiting: 200, ms: 25 } as const;

function composeCommits(open: OpenHub, metrics: HubMetrics): Commits {
  // The machine's time, not the hub's: a test that stops the hub's clock still stores.
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => systemClock.after(ms, resolve));
  const isRefusal = (cause: unknown): boolean => cause instanceof QueryError;
  const reports = createReportLog(open.context.db);
  return {
    reports: createGroupCommit((batch) => storeBatch(open, metrics, reports, batch), {
      isRefusal,
      pause,
    }),
    quarantine: createGroupCommit((batch) => insertQuarantine(open.context.db, batch), {
      isRefusal,
      limits: quarantineLimits,
      gathering: quarantineGathering,
      pause,
    }),
  };
}

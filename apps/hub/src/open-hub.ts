import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { AssetId, Clock, EpochMs } from "@pista/kernel";
import { Kysely } from "kysely";
import type { Logger } from "pino";
import { type HubKeys, openKeyFiles } from "./keys/key-files.ts";
import { createTokenHasher } from "./keys/token-hash.ts";
import { createBayBoard } from "./projections/bay-board.ts";
import { createCarParkBoard } from "./projections/car-park-board.ts";
import { type ChangeSource, type Changes, createChanges } from "./projections/changes.ts";
import { createDroneBoard } from "./projections/drone-board.ts";
import { createPermitBoard } from "./projections/permit-board.ts";
import type { HubSettings } from "./settings.ts";
import { openDataDirectory } from "./store/data-directory.ts";
import { openEmbeddedDatabase } from "./store/embedded-database.ts";
import type { StoreError } from "./store/errors.ts";
import { createSqlDialect } from "./store/kysely-dialect.ts";
import { migrate } from "./store/migrations.ts";
import { schemaSteps } from "./store/schema.ts";
import { openServerDatabase } from "./store/server-database.ts";
import { beginSnapshot, type Snapshot } from "./store/snapshot.ts";
import type { SqlConnections } from "./store/sql-connection.ts";
import type { Tables } from "./store/tables.ts";
import { systemClock } from "./system-clock.ts";
import type { HubContext } from "./use-cases/context.ts";
import { type DeviceModels, loadDeviceModels } from "./use-cases/device-models.ts";
import type { Registry } from "./use-cases/devices.ts";
import { finishImports } from "./use-cases/import-inventory.ts";
import { loadBoards } from "./use-cases/load-boards.ts";
import { createPasswords, type Passwords } from "./use-cases/passwords.ts";
import {
  hasDemonstration,
  renewDemonstrationKeys,
  seedDemonstration,
} from "./use-cases/seed-demonstration.ts";
import { createTurns } from "./use-cases/turns.ts";

/** The store, and the directory that is held as long as it is open. */
export type HubDatabase = SqlConnections & {
  readonly directory: string;
  /** Everything that is stored, at one moment; whoever reads it keeps nobody waiting. */
  snapshot(): Promise<Snapshot>;
  /** @throws StoreError STORE_DISK_FULL while there is no room to store what may come. */
  checkRoom(): Promise<void>;
  close(): Promise<void>;
};

export type Statement = { readonly sql: string; readonly tookMs: number };

export type Outage = { readonly lostAtMs: EpochMs };

/** The hub's memory and its store, before anybody can reach it. */
export type OpenHub = {
  readonly context: HubContext;
  readonly keys: HubKeys;
  readonly passwords: Passwords;
  readonly registry: Registry;
  readonly models: DeviceModels;
  readonly database: HubDatabase;
  /** Told when the store was away and is back; the embedded one never is away. */
  readonly outages: Changes<Outage>;
  /** Told of each statement of the embedded database and its time: meanwhile it does nothing else. */
  readonly statements: Changes<Statement>;
  readonly demonstration: { readonly devicesFile: string } | undefined;
};

/** Beside the packages that it depends on, so that one machine makes the template once. */
export const templateCache = fileURLToPath(
  new URL("../../../node_modules/.cache/pista", import.meta.url),
);

/** Opens the data directory, brings the schema up to date and fills the boards. */
export async function openHub(
  settings: HubSettings,
  log: Logger,
  clock: Clock = systemClock,
): Promise<OpenHub> {
  const outages = createChanges<Outage>();
  const statements = createChanges<Statement>();
  const database = await openDatabase(settings, log, clock, { outages, statements });
  try {
    return { ...(await fillHub(settings, log, clock, database)), outages, statements };
  } catch (cause) {
    // Its thread or its sessions would keep a process alive that has nothing more to do.
    await database.close();
    throw cause;
  }
}

function openDatabase(
  settings: HubSettings,
  log: Logger,
  clock: Clock,
  told: { outages: ChangeSource<Outage>; statements: ChangeSource<Statement> },
): Promise<HubDatabase> {
  const onDied = (error: StoreError): never => {
    // Nothing can be stored, so nothing may be acknowledged: whoever keeps the hub starts it again.
    log.fatal({ err: error }, "The store died; the hub stops");
    process.exit(1);
  };
  const { dataDirectory, databaseUrl } = settings;
  if (databaseUrl) return openOnServer(dataDirectory, databaseUrl, { log, clock, ...told, onDied });
  return openEmbeddedDatabase({
    directory: dataDirectory,
    templateCache,
    onProgress: (text) => log.info(text),
    onDied,
    onStatement: (statement) => told.statements.tell([statement]),
  });
}

/** The directory still holds the keys and files that belong to what is on the server. */
async function openOnServer(
  dataDirectory: string,
  url: string,
  around: {
    log: Logger;
    clock: Clock;
    outages: ChangeSource<Outage>;
    onDied: (error: StoreError) => void;
  },
): Promise<HubDatabase> {
  const { log, clock, outages, onDied } = around;
  let lostAtMs: EpochMs | undefined;
  const directory = await openDataDirectory(dataDirectory);
  try {
    const server = await openServerDatabase({
      url,
      onDied,
      onLost(error) {
        lostAtMs ??= clock.nowMs();
        log.error({ err: error }, "The database is away; nothing is acknowledged until it is back");
      },
      onReturned() {
        log.info("The database is back");
        const outage = { lostAtMs: lostAtMs ?? clock.nowMs() };
        lostAtMs = undefined;
        outages.tell([outage]);
      },
    });
    return {
      directory: directory.path,
      reserve: () => server.reserve(),
      snapshot: async () => beginSnapshot(await server.reserve()),
      // The server answers for its own disk: it refuses, and counts as away until it does not.
      async checkRoom() {},
      async close() {
        try {
          await server.close();
        } finally {
          await directory.release();
        }
      },
    };
  } catch (error) {
    await directory.release();
    throw error;
  }
}

async function fillHub(
  settings: HubSettings,
  log: Logger,
  clock: Clock,
  database: HubDatabase,
): Promise<Omit<OpenHub, "outages" | "statements">> {
  const db = new Kysely<Tables>({ dialect: createSqlDialect(database) });
  const { applied } = await migrate(db, schemaSteps);
  if (applied.length > 0) log.info({ applied }, "The schema was brought up to date");
  // An organisation comes first of all: before it there is nobody and nothing that has a key.
  const used = await db.selectFrom("organisation").select("id").limit(1).execute();
  const mayDraw = used.length === 0 || settings.mayDrawKeys;
  const keys = await openKeyFiles(database.directory, { mayDraw });
  const context: HubContext = {
    db,
    clock,
    draw: (length) => randomBytes(length),
    hasher: createTokenHasher(keys.cookieKey),
    bays: createBayBoard(clock),
    carParks: createCarParkBoard(clock),
    drones: createDroneBoard(clock),
    permits: createPermitBoard(clock),
    turns: createTurns(),
  };
  const passwords = await createPasswords();
  const demonstration = settings.withDemonstration
    ? await openDemonstration(context, passwords, database.directory)
    : undefined;
  await finishImports(db).catch((cause) => log.error({ err: cause }, "An import was not finished"));
  const registry = await loadBoards(context);
  const models = await loadDeviceModels(context);
  return { context, keys, passwords, registry, models, database, demonstration };
}

/** Makes the demonstration city where there is none yet, and its sensors' keys for this run. */
async function openDemonstration(
  context: HubContext,
  passwords: Passwords,
  directory: string,
): Promise<{ devicesFile: string; keyHashes: ReadonlyMap<AssetId, Uint8Array> }> {
  if (!(await hasDemonstration(context))) await seedDemonstration(context, passwords, directory);
  const { file, keyHashes } = await renewDemonstrationKeys(context, directory);
  return { devicesFile: file, keyHashes };
}

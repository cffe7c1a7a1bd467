import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { AssetId, Clock } from "@pista/kernel";
import { Kysely } from "kysely";
import type { Logger } from "pino";
import { type HubKeys, openKeyFiles } from "./keys/key-files.ts";
import { createTokenHasher } from "./keys/token-hash.ts";
import { createBayBoard } from "./projections/bay-board.ts";
import { createCarParkBoard } from "./projections/car-park-board.ts";
import { createDroneBoard } from "./projections/drone-board.ts";
import { createPermitBoard } from "./projections/permit-board.ts";
import type { HubSettings } from "./settings.ts";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./store/embedded-database.ts";
import { createEmbeddedDialect } from "./store/kysely-dialect.ts";
import { migrate } from "./store/migrations.ts";
import { skeleton } from "./store/steps/0001-skeleton.ts";
import type { Tables } from "./store/tables.ts";
import { systemClock } from "./system-clock.ts";
import type { HubContext } from "./use-cases/context.ts";
import type { Registry } from "./use-cases/devices.ts";
import { loadBoards } from "./use-cases/load-boards.ts";
import { createPasswords, type Passwords } from "./use-cases/passwords.ts";
import {
  hasDemonstration,
  renewDemonstrationKeys,
  seedDemonstration,
} from "./use-cases/seed-demonstration.ts";

/** The hub's memory and its store, before anybody can reach it. */
export type OpenHub = {
  readonly context: HubContext;
  readonly keys: HubKeys;
  readonly passwords: Passwords;
  readonly registry: Registry;
  readonly database: EmbeddedDatabase;
  readonly demonstration: { readonly devicesFile: string } | undefined;
};

/** Beside the packages that it depends on, so that one machine makes the template once. */
const templateCache = fileURLToPath(new URL("../../../node_modules/.cache/pista", import.meta.url));

/** Opens the data directory, brings the schema up to date and fills the boards. */
export async function openHub(
  settings: HubSettings,
  log: Logger,
  clock: Clock = systemClock,
): Promise<OpenHub> {
  const database = await openEmbeddedDatabase({
    directory: settings.dataDirectory,
    templateCache,
    onProgress: (text) => log.info(text),
    onDied: (error) => {
      // Nothing can be stored, so nothing may be acknowledged: whoever keeps the hub starts it again.
      log.fatal({ err: error }, "The store died; the hub stops");
      process.exit(1);
    },
  });
  try {
    return await fillHub(settings, log, clock, database);
  } catch (cause) {
    // Its thread would keep a process alive that has nothing more to do.
    await database.close();
    throw cause;
  }
}

async function fillHub(
  settings: HubSettings,
  log: Logger,
  clock: Clock,
  database: EmbeddedDatabase,
): Promise<OpenHub> {
  const db = new Kysely<Tables>({ dialect: createEmbeddedDialect(database) });
  const { applied } = await migrate(db, [skeleton]);
  if (applied.length > 0) log.info({ applied }, "The schema was brought up to date");
  const keys = await openKeyFiles(database.directory);
  const context: HubContext = {
    db,
    clock,
    draw: (length) => randomBytes(length),
    hasher: createTokenHasher(keys.cookieKey),
    bays: createBayBoard(clock),
    carParks: createCarParkBoard(),
    drones: createDroneBoard(clock),
    permits: createPermitBoard(clock),
  };
  const passwords = await createPasswords();
  const demonstration = settings.withDemonstration
    ? await openDemonstration(context, passwords, database.directory)
    : undefined;
  const registry = await loadBoards(context);
  return { context, keys, passwords, registry, database, demonstration };
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

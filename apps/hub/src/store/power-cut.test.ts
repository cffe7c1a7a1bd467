import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "@pista/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyTreeDurably } from "./durable-files.ts";
import { openEmbeddedDatabase } from "./embedded-database.ts";
import { startEngine } from "./engine.ts";
import { StoreError } from "./errors.ts";
import { ensureTemplate } from "./template.ts";
import { type Recording, runDiskWorkload } from "./testing/disk-workload.ts";
import { cutPower, readFrom, writeDisk } from "./testing/power-cut.ts";
import { RecordingFileSystem, type SyncsLeftOut } from "./testing/recording-file-system.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

/** A seed that once lost a row stays here for ever. */
const seedsThatOnceFailed: readonly number[] = [];
const seedCount = process.env.PISTA_TEST_LONG ? 200 : 3;
const seeds = [
  ...seedsThatOnceFailed,
  ...Array.from({ length: seedCount }, (_, index) => index + 1),
];

/** Without any fsync each of twelve seeds lost something; without the directories' each third. */
const seedsToLoseMax = 12;

const directories = createTestDirectories();
let template = "";

beforeAll(async () => {
  template = await ensureTemplate({ cacheDirectory: testTemplateCache, onProgress: () => {} });
}, 180_000);
afterAll(() => directories.removeAll(), 120_000);

async function record(leftOut?: SyncsLeftOut): Promise<Recording> {
  const directory = join(directories.make(), "database");
  await copyTreeDurably(template, directory);
  const fileSystem = new RecordingFileSystem(directory, leftOut);
  // Leaving out syncs must not change what PostgreSQL does, so the same engine runs over it.
  const engine = await startEngine(fileSystem);
  const recording = await runDiskWorkload(engine, fileSystem, createRandom(7));
  await engine.close();
  return recording;
}

/** Half of the cuts fall just behind an acknowledgement, where a missing sync hurts most. */
function chooseCut(recording: Recording, seed: number): number {
  const random = createRandom(seed);
  const { acknowledged, fileSystem } = recording;
  const first = acknowledged[0]?.atEvent ?? 0;
  if (random.chance(0.5)) {
    return acknowledged[random.integer(acknowledged.length)]?.atEvent ?? first;
  }
  return first + random.integer(fileSystem.events.length - first + 1);
}

/** Cuts the power, starts the hub's database on what is left and says what is lost or broken. */
async function findLosses(recording: Recording, seed: number): Promise<readonly string[]> {
  const { fileSystem, acknowledged, findBroken } = recording;
  const cut = chooseCut(recording, seed);
  const disk = cutPower({
    initial: fileSystem.initial,
    events: fileSystem.events.slice(0, cut),
    random: createRandom(seed).fork(),
    readInitial: readFrom(template),
  });
  const directory = join(directories.make(), "data");
  mkdirSync(directory);
  writeFileSync(join(directory, "pista.json"), '{"program":"pista","format":1}');
  writeDisk(disk, fileSystem.initial, template, join(directory, "database"));
  try {
    const database = await openEmbeddedDatabase({ directory, templateCache: testTemplateCache });
    try {
      const lost: string[] = [];
      for (const { what, atEvent, isStillThere } of acknowledged) {
        if (atEvent <= cut && !(await isStillThere(database))) lost.push(what);
      }
      const broken = await findBroken(database);
      await database.query("insert into bay_state values (1000, 1)", []);
      await database.query("checkpoint", []);
      return [...lost, ...broken];
    } finally {
      await database.close();
    }
  } catch (error) {
    // It does not open, or refuses to read: that is a loss too, not a fault of the test.
    if (error instanceof StoreError) return [error.message];
    throw error;
  } finally {
    directories.removeAll();
  }
}

describe("[IN1] a power cut at any moment loses nothing that was acknowledged", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record();
  }, 60_000);

  test.each(seeds)(
    "seed %i",
    async (seed) => {
      expect(await findLosses(recording, seed)).toEqual([]);
    },
    60_000,
  );
});

describe("the power cut is a real one", () => {
  test.each([
    ["every fsync", { files: true, directories: true }],
    ["our fsync of changed directories", { files: false, directories: true }],
  ])(
    "[IN1] without %s it loses rows or the database",
    async (_, leftOut) => {
      const recording = await record(leftOut);
      const losses: string[] = [];
      for (let seed = 1; seed <= seedsToLoseMax && losses.length === 0; seed++) {
        losses.push(...(await findLosses(recording, seed)));
      }
      expect(losses).not.toEqual([]);
    },
    120_000,
  );
});

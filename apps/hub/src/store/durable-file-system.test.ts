import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DurableFileSystem, type FileStream } from "./durable-file-system.ts";
import { copyTreeDurably } from "./durable-files.ts";
import { startEngine } from "./engine.ts";
import { ensureTemplate } from "./template.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
let template = "";
beforeAll(async () => {
  template = await ensureTemplate({ cacheDirectory: testTemplateCache, onProgress: () => {} });
}, 180_000);
afterAll(() => directories.removeAll(), 120_000);

async function makeDatabase(): Promise<string> {
  const path = join(directories.make(), "database");
  await copyTreeDurably(template, path);
  return path;
}

const rethrow = (cause: unknown): never => {
  throw cause;
};

test("[IN1] twenty commits are twenty syncs of the log", async () => {
  const fileSystem = new DurableFileSystem(await makeDatabase(), rethrow);
  const engine = await startEngine(fileSystem);
  await engine.query("create table bay (id int)", []);
  const before = fileSystem.fileSyncs;
  for (let id = 0; id < 20; id++) await engine.query("insert into bay values ($1)", [id]);
  expect(fileSystem.fileSyncs - before).toBe(20);
  await engine.close();
});

test("[IN1] the directory of a new table is synced before its commit is acknowledged", async () => {
  const fileSystem = new DurableFileSystem(await makeDatabase(), rethrow);
  const engine = await startEngine(fileSystem);
  const before = fileSystem.directorySyncs;
  await engine.query("create table bay (id int primary key)", []);
  expect(fileSystem.directorySyncs - before).toBe(1);
  await engine.close();
});

test("an engine whose commits reach no disk does not start", async () => {
  class ForgetfulFileSystem extends DurableFileSystem {
    override get fileSyncs(): number {
      return 0;
    }
  }
  const fileSystem = new ForgetfulFileSystem(await makeDatabase(), rethrow);
  await expect(startEngine(fileSystem)).rejects.toMatchObject({
    code: "STORE_NOT_DURABLE",
    details: { reason: "a commit did not sync the log" },
  });
});

test("[IN1] a sync that fails is a fault at once: PostgreSQL may not try again", async () => {
  class FailingFileSystem extends DurableFileSystem {
    isBroken = false;
    protected override syncFile(stream: FileStream): void {
      if (this.isBroken) throw new Error("EIO: i/o error, fdatasync");
      super.syncFile(stream);
    }
  }
  const faults: unknown[] = [];
  const fileSystem = new FailingFileSystem(await makeDatabase(), (cause) => faults.push(cause));
  const engine = await startEngine(fileSystem);
  await engine.query("create table bay (id int)", []);
  fileSystem.isBroken = true;
  // The database's thread ends itself on a fault; should the engine go on, it refuses.
  await expect(engine.query("insert into bay values (1)", [])).rejects.toMatchObject({
    code: "STORE_NOT_DURABLE",
    cause: { message: expect.stringContaining("EIO") },
  });
  await expect(engine.query("select 1", [])).rejects.toMatchObject({ code: "STORE_NOT_DURABLE" });
  expect(String(faults[0])).toContain("EIO");
});

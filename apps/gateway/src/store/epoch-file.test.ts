import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GatewayError } from "../errors.ts";
import { openEpochFile } from "./epoch-file.ts";

describe("[AU7] the epoch file", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pista-epoch-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const file = (): string => join(directory, "epoch.json");
  const reopened = async (): Promise<number> => (await openEpochFile(directory)).highestEpoch;

  test("starts at 0 and remembers the highest", async () => {
    const epochs = await openEpochFile(directory);
    expect(epochs.highestEpoch).toBe(0);
    await epochs.store(7);
    await epochs.store(3);
    expect(epochs.highestEpoch).toBe(7);
    expect(await reopened()).toBe(7);
  });

  test("stores that overlap all wait until theirs is on the disk", async () => {
    const epochs = await openEpochFile(directory);
    const stores = [1, 5, 2, 9].map(async (epoch) => {
      await epochs.store(epoch);
      expect(await reopened()).toBeGreaterThanOrEqual(epoch);
    });
    await Promise.all(stores);
    expect(await reopened()).toBe(9);
  });

  test.each(["", "{", "7", '{"highestEpoch":"7"}', '{"highestEpoch":-1}', '{"highestEpoch":1.5}'])(
    "with %j in it the gateway does not start, and says which file it is",
    async (text) => {
      writeFileSync(file(), text);
      const opening = openEpochFile(directory);
      await expect(opening).rejects.toThrow(GatewayError);
      await expect(openEpochFile(directory)).rejects.toMatchObject({
        code: "EPOCH_FILE_UNREADABLE",
        message: expect.stringContaining(file()),
      });
    },
  );

  test("what a crash left half written beside it does no harm", async () => {
    writeFileSync(file(), '{"highestEpoch":4}\n');
    writeFileSync(`${file()}.new`, '{"highe');
    const epochs = await openEpochFile(directory);
    expect(epochs.highestEpoch).toBe(4);
    await epochs.store(5);
    expect(await reopened()).toBe(5);
  });

  test("a process killed while it stores leaves a whole epoch that it had reached", () => {
    const module = new URL("./epoch-file.ts", import.meta.url).href;
    const code = `
      const { openEpochFile } = await import("${module}");
      const epochs = await openEpochFile(process.argv[1]);
      for (let epoch = 1; epoch <= 40; epoch++) {
        if (epoch === 30) setImmediate(() => process.kill(process.pid, "SIGKILL"));
        await epochs.store(epoch);
        console.log(epoch);
      }`;
    let told = "";
    try {
      execFileSync(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "--eval", code, "--", directory],
        { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" },
      );
    } catch (error) {
      // It was killed, as it was to be; what it told before is in the error.
      told = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    }
    const acknowledged = Number(told.trim().split("\n").at(-1));
    expect(acknowledged).toBeGreaterThanOrEqual(29);
    const { highestEpoch } = JSON.parse(readFileSync(file(), "utf8"));
    expect(highestEpoch).toBeGreaterThanOrEqual(acknowledged);
  });

  test("a disk that does not take it is said, and a later store tries again", async () => {
    const epochs = await openEpochFile(join(directory, "sub"));
    writeFileSync(join(directory, "sub"), "in the way");
    await expect(epochs.store(1)).rejects.toMatchObject({ code: "DATA_FILE_UNWRITABLE" });
    rmSync(join(directory, "sub"));
    await epochs.store(1);
    expect((await openEpochFile(join(directory, "sub"))).highestEpoch).toBe(1);
  });
});

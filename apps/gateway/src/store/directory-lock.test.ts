import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRandom } from "@pista/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockDirectory } from "./directory-lock.ts";

const program = fileURLToPath(new URL("../testing/lock-holder.ts", import.meta.url));
let directory = "";
let holder: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-lock-"));
});
afterEach(() => {
  holder?.kill("SIGKILL");
  holder = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function startHolder(): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", program, directory], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  holder = child;
  const [line] = await once(child.stdout, "data");
  return { child, line: String(line).trim() };
}

const claims = (): string[] => readdirSync(join(directory, ".lock"));

describe("who holds a gateway's data directory", () => {
  test("[AU1] [AU7] one process, even a frozen one; a killed one holds nothing", async () => {
    const { child, line } = await startHolder();
    expect(line).toBe("held");
    const refused = {
      code: "DATA_DIRECTORY_HELD",
      message: expect.stringContaining(`process ${child.pid}, holds`),
    };
    await expect(lockDirectory(directory)).rejects.toMatchObject(refused);
    child.kill("SIGSTOP");
    await expect(lockDirectory(directory)).rejects.toMatchObject(refused);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(claims()).toHaveLength(1);
    const lock = await lockDirectory(directory);
    expect(claims()).toEqual([expect.stringMatching(new RegExp(`^${process.pid}-`))]);
    expect((await startHolder()).line).toContain(`process ${process.pid}, holds`);
    await lock.release();
    expect(claims()).toEqual([]);
  });

  test("a path that is too long for a socket is held all the same", async () => {
    const deep = join(directory, "a".repeat(100), "b".repeat(100));
    const lock = await lockDirectory(deep);
    await expect(lockDirectory(deep)).rejects.toMatchObject({ code: "DATA_DIRECTORY_HELD" });
    await lock.release();
    await (await lockDirectory(deep)).release();
  });

  test.each([1, 2, 3])("of many at once never two hold it, seed %i", async (seed) => {
    let holders = 0;
    let held = 0;
    const contend = async (random: ReturnType<typeof createRandom>): Promise<void> => {
      for (let round = 0; round < 60; round++) {
        await delay(random.integer(6));
        const lock = await lockDirectory(directory).catch((error: { code?: string }) => {
          if (error.code !== "DATA_DIRECTORY_HELD") throw error;
          return undefined;
        });
        if (!lock) continue;
        expect(++holders).toBe(1);
        held += 1;
        await delay(random.integer(3));
        holders -= 1;
        await lock.release();
      }
    };
    await Promise.all([1, 2, 3, 4].map((own) => contend(createRandom(seed * 10 + own))));
    expect(held).toBeGreaterThan(5);
  });
});

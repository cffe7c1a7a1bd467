import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { startChild } from "./testing/child-process.ts";
import { createTestDirectories } from "./testing/test-directories.ts";

const directories = createTestDirectories();
afterAll(() => directories.removeAll(), 120_000);

describe("who may hold a data directory", () => {
  test("a second process is refused, and told who holds it", async () => {
    const directory = directories.make();
    const holder = startChild("holder-process.ts", directory);
    expect(await holder.nextLine()).toBe("held");
    await expect(openDataDirectory(directory)).rejects.toMatchObject({
      code: "STORE_LOCKED",
      details: { directory, pid: holder.pid },
      message: expect.stringContaining(String(holder.pid)),
    });
    const second = startChild("holder-process.ts", directory);
    expect(await second.nextLine()).toBe(`STORE_LOCKED ${holder.pid}`);
    holder.endInput();
    expect(await holder.nextLine()).toBe("released");
    await (await openDataDirectory(directory)).release();
  });

  test("the same process is refused too", async () => {
    const directory = directories.make();
    const data = await openDataDirectory(directory);
    await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: "STORE_LOCKED" });
    await data.release();
  });

  test("what a killed process held is free at once, and its remains are removed", async () => {
    const directory = directories.make();
    const holder = startChild("holder-process.ts", directory);
    expect(await holder.nextLine()).toBe("held");
    await holder.kill();
    expect(readdirSync(join(directory, ".lock"))).toHaveLength(1);
    const data = await openDataDirectory(directory);
    expect(readdirSync(join(directory, ".lock"))).toEqual([
      expect.stringMatching(new RegExp(`^${process.pid}-`)),
    ]);
    await data.release();
    expect(readdirSync(join(directory, ".lock"))).toEqual([]);
  });

  test("of two that start at once on a dead one's directory, one gets it", async () => {
    const directory = directories.make();
    const dead = startChild("holder-process.ts", directory);
    await dead.nextLine();
    await dead.kill();
    const starters = [1, 2].map(() => startChild("holder-process.ts", directory));
    const answers = await Promise.all(starters.map((starter) => starter.nextLine()));
    const winner = starters[answers.indexOf("held")];
    expect(answers.toSorted()).toEqual([`STORE_LOCKED ${winner?.pid}`, "held"].toSorted());
    await Promise.all(starters.map((starter) => starter.kill()));
  });

  test("three that take and leave it many times never hold it together", async () => {
    const directory = directories.make();
    await (await openDataDirectory(directory)).release();
    const rounds = process.env.PISTA_TEST_LONG ? "2000" : "100";
    const contenders = ["1", "2", "3"].map((seed) =>
      startChild("contender-process.ts", directory, seed, rounds),
    );
    const answers = await Promise.all(contenders.map((contender) => contender.nextLine()));
    const counts = answers.map((answer) => /^held (\d+)$/.exec(answer ?? "")?.[1]);
    expect(answers.filter((_, index) => counts[index] === undefined)).toEqual([]);
    expect(Math.max(...counts.map(Number))).toBeGreaterThan(0);
  }, 120_000);

  test("a path that is too long for a socket is held all the same", async () => {
    const directory = join(directories.make(), "a".repeat(100), "b".repeat(100));
    const data = await openDataDirectory(directory);
    await expect(openDataDirectory(directory)).rejects.toMatchObject({ code: "STORE_LOCKED" });
    await data.release();
  });
});

describe("what is a data directory", () => {
  test("it is made, and nobody else may look into it", async () => {
    const directory = join(directories.make(), "deep", "data");
    const data = await openDataDirectory(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "pista.json")).mode & 0o777).toBe(0o600);
    await data.release();
  });

  test("an open one of ours is closed to others when it is opened", async () => {
    const directory = directories.make();
    await (await openDataDirectory(directory)).release();
    chmodSync(directory, 0o755);
    await (await openDataDirectory(directory)).release();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test("a foreign directory is refused and left as it was", async () => {
    const directory = directories.make();
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "letters.txt"), "Dear Anna");
    await expect(openDataDirectory(directory)).rejects.toMatchObject({
      code: "STORE_FOREIGN",
      details: { found: ["letters.txt"] },
    });
    expect(readdirSync(directory)).toEqual(["letters.txt"]);
    expect(statSync(directory).mode & 0o777).toBe(0o755);
  });

  test.each([
    ["not JSON", "nothing", "STORE_FOREIGN"],
    ["null", "null", "STORE_FOREIGN"],
    ["of another program", '{"program":"pasta","format":1}', "STORE_FOREIGN"],
    ["without a format", '{"program":"pista"}', "STORE_FOREIGN"],
    ["of a newer format", '{"program":"pista","format":2}', "STORE_NEWER"],
  ])("a marker that is %s is refused", async (_, marker, code) => {
    const directory = directories.make();
    writeFileSync(join(directory, "pista.json"), marker);
    await expect(openDataDirectory(directory)).rejects.toMatchObject({ code });
  });

  test("a start that was cut off before its marker is gone on with", async () => {
    const directory = directories.make();
    mkdirSync(join(directory, ".lock"));
    writeFileSync(join(directory, "pista.json.tmp"), '{"pro');
    await (await openDataDirectory(directory)).release();
    expect(readdirSync(directory).toSorted()).toEqual([".lock", "pista.json"]);
  });

  test("one into which a restore was cut off is opened by no hub, only by the next restore", async () => {
    const directory = directories.make();
    await (await openDataDirectory(directory)).release();
    mkdirSync(join(directory, "restoring"));
    await expect(openDataDirectory(directory)).rejects.toMatchObject({
      code: "STORE_RESTORE_UNFINISHED",
    });
    await (await openDataDirectory(directory, { mayBeRestoring: true })).release();
  });

  test("a directory where its marker should be is refused with its cause", async () => {
    const directory = directories.make();
    mkdirSync(join(directory, "pista.json"));
    await expect(openDataDirectory(directory)).rejects.toMatchObject({
      code: "STORE_DIRECTORY_FAILED",
      cause: { code: "EISDIR" },
    });
  });

  test("a file in its place is refused with its cause", async () => {
    const path = join(directories.make(), "file");
    writeFileSync(path, "");
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      code: "STORE_DIRECTORY_FAILED",
      cause: { code: "EEXIST" },
    });
  });
});

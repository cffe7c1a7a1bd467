import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rotationsMax } from "@pista/contracts";
import { followRotations, leasePublicKey } from "@pista/flight";
import { epochMs, fromHex, toHex } from "@pista/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KeyDisk, keyDisk } from "./key-disk.ts";
import { LeaseKey } from "./lease-key.ts";

const secretOf = (number: number) => Uint8Array.from({ length: 32 }, () => number);
const publicHexOf = (number: number): string => toHex(leasePublicKey(secretOf(number)));
const firstText = `${toHex(secretOf(0))}\n`;
const to = (number: number) => ({ secretKey: secretOf(number), atMs: epochMs(1_790_000_000_000) });

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-keys-"));
  path = join(directory, "lease.key");
  writeFileSync(path, firstText, { mode: 0o600 });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (disk?: KeyDisk): Promise<LeaseKey> =>
  LeaseKey.open(path, readFileSync(path, "utf8"), disk);

/** Where a gateway gets to that has pinned key 0 and follows what the hub has to say. */
function keyFollowed(key: LeaseKey): string | undefined {
  const statements = key.since(publicHexOf(0))?.map((one) => fromHex(one) ?? new Uint8Array());
  const pinned = { publicKey: leasePublicKey(secretOf(0)), serial: 0 };
  const followed = followRotations(pinned, statements ?? []);
  return followed.ok ? toHex(followed.value.publicKey) : undefined;
}

describe("[AU8] the lease key", () => {
  test("is rotated as often as one likes, and the chain from every key on is kept", async () => {
    const key = await open();
    const told: string[] = [];
    for (const next of [1, 2, 3]) {
      const rotated = await key.rotate(to(next), (statement) => {
        told.push(statement);
        // Whoever is told is told before anything is signed with the new key.
        expect(key.publicKeyHex).toBe(publicHexOf(next));
      });
      expect(rotated).toEqual({ serial: next, publicKeyHex: publicHexOf(next) });
    }
    for (const held of [key, await open()]) {
      expect(held.secretKey).toEqual(secretOf(3));
      expect(held.since(publicHexOf(0))).toEqual(told);
      expect(held.since(publicHexOf(2))).toEqual(told.slice(2));
      expect(held.since(publicHexOf(3))).toEqual([]);
      expect(held.since(publicHexOf(9))).toBeUndefined();
      expect(keyFollowed(held)).toBe(publicHexOf(3));
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).not.toContain(toHex(secretOf(0)));
    expect(readdirSync(directory)).toEqual(["lease.key"]);
  });

  test("two rotations at once are one after the other", async () => {
    const key = await open();
    const both = await Promise.all([key.rotate(to(1), () => {}), key.rotate(to(2), () => {})]);
    expect(both.map(({ serial }) => serial)).toEqual([1, 2]);
    expect(keyFollowed(await open())).toBe(publicHexOf(2));
  });

  test("a gateway that was away for more rotations than are kept is unknown", async () => {
    const key = await open();
    for (let next = 1; next <= rotationsMax + 1; next++) await key.rotate(to(next), () => {});
    expect(key.since(publicHexOf(0))).toBeUndefined();
    const again = await open();
    expect(again.since(publicHexOf(1))).toHaveLength(rotationsMax);
    expect(again.publicKeyHex).toBe(publicHexOf(rotationsMax + 1));
  }, 20_000);

  test.each([
    [
      "a bit of a statement",
      (text: string) => `${text.slice(0, -2)}${text.at(-2) === "0" ? 1 : 0}\n`,
    ],
    ["the secret of another key", (text: string) => `${toHex(secretOf(7))}${text.slice(64)}`],
    [
      "its newest statement left out",
      (text: string) => text.split("\n").toSpliced(2, 1).join("\n"),
    ],
  ])("damaged in %s it is refused and left as it is", async (_, damage) => {
    const key = await open();
    await key.rotate(to(1), () => {});
    await key.rotate(to(2), () => {});
    const damaged = damage(readFileSync(path, "utf8"));
    writeFileSync(path, damaged);
    await expect(open()).rejects.toMatchObject({ code: "HUB_KEY_FILE" });
    expect(readFileSync(path, "utf8")).toBe(damaged);
  });
});

class Killed extends Error {}

/** A disk on which the process dies at one step: before it, half-way through, or right after it. */
function dyingAt(step: number, when: "before" | "half-way" | "after"): KeyDisk & { steps: number } {
  const die =
    <Words extends string[]>(act: (...words: Words) => Promise<void>) =>
    async (...words: Words): Promise<void> => {
      const isLast = disk.steps++ === step;
      if (!isLast || when === "after") await act(...words);
      if (isLast) throw new Killed();
    };
  const disk = {
    ...{ steps: 0, remove: keyDisk.remove, rename: die(keyDisk.rename), sync: die(keyDisk.sync) },
    write: die((file: string, text: string) => keyDisk.write(file, text)),
  };
  const { write } = disk;
  if (when === "half-way") {
    disk.write = async (file, text) => {
      await keyDisk.write(file, text.slice(0, text.length / 2));
      await write(file, text);
    };
  }
  return disk;
}

describe("[AU8] a rotation that is killed", () => {
  const places = [0, 1, 2].flatMap((step) =>
    (["before", "half-way", "after"] as const).map((when) => ({ step, when })),
  );

  test("has as many steps as are tried below", async () => {
    const disk = dyingAt(99, "after");
    await (await open(disk)).rotate(to(1), () => {});
    expect(disk.steps).toBe(3);
  });

  test.each(places)(
    "at step $step, $when: the hub starts, and gateways follow it",
    async (place) => {
      const before = await open(dyingAt(place.step, place.when));
      const told: string[] = [];
      const killed = before.rotate(to(1), (statement) => told.push(statement));
      await expect(killed).rejects.toMatchObject({ cause: expect.any(Killed) });
      expect([told, before.publicKeyHex]).toEqual([[], publicHexOf(0)]);

      const started = await open();
      // From the rename on it is the new key; in either case the chain leads to what signs leases.
      const isRenamed = place.step > 1 || (place.step === 1 && place.when === "after");
      expect(started.publicKeyHex).toBe(publicHexOf(isRenamed ? 1 : 0));
      expect(keyFollowed(started)).toBe(started.publicKeyHex);
      expect(readdirSync(directory)).toEqual(["lease.key"]);

      await started.rotate(to(2), () => {});
      expect(keyFollowed(await open())).toBe(publicHexOf(2));
    },
  );
});

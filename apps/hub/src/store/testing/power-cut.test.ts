import { createRandom } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import type { DiskEvent, InitialDisk } from "./disk-log.ts";
import { cutPower, type Disk } from "./power-cut.ts";

const [root, old, fresh] = [1, 2, 3];
const initial: InitialDisk = {
  root,
  directories: new Map([[root, new Map([["old", old]])]]),
  files: new Map([[old, "old"]]),
};
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

/** The disk after each of many cuts behind the same events. */
const disksAfter = (events: readonly DiskEvent[]): Disk[] =>
  seeds.map((seed) =>
    cutPower({
      initial,
      events,
      random: createRandom(seed),
      readInitial: () => new Uint8Array(1024).fill(1),
    }),
  );

const write = (file: number, position: number, length: number, value: number): DiskEvent => ({
  kind: "write",
  file,
  position,
  bytes: new Uint8Array(length).fill(value),
});
const create: DiskEvent = {
  kind: "create",
  directory: root,
  name: "fresh",
  file: fresh,
  isDirectory: false,
};

describe("content", () => {
  test("what was synced is always there", () => {
    for (const disk of disksAfter([write(old, 0, 1024, 2), { kind: "sync", file: old }])) {
      expect(disk.contents.get(old)).toEqual(new Uint8Array(1024).fill(2));
    }
  });

  test("what was not is there, missing, or torn at a sector", () => {
    const contents = disksAfter([write(old, 0, 1024, 2)]).map((disk) => disk.contents.get(old));
    const halves = contents.map(
      (bytes) => `${bytes?.[0]}${bytes?.[511]} ${bytes?.[512]}${bytes?.[1023]}`,
    );
    expect(new Set(halves)).toEqual(new Set(["11 11", "22 22", "11 22", "22 11"]));
  });

  test("a write behind the sync of another file is not synced by it", () => {
    const disks = disksAfter([write(old, 0, 512, 2), { kind: "sync", file: root }]);
    expect(new Set(disks.map((disk) => disk.contents.get(old)?.[0]))).toEqual(new Set([1, 2]));
  });

  test("a gap reads as zeros, and a lost truncation leaves the end", () => {
    const disks = disksAfter([
      { kind: "truncate", file: old, size: 512 },
      { kind: "sync", file: old },
      write(old, 1024, 512, 2),
      { kind: "sync", file: old },
      { kind: "truncate", file: old, size: 0 },
    ]);
    const sizes = disks.map((disk) => disk.contents.get(old)?.length);
    expect(new Set(sizes)).toEqual(new Set([0, 1536]));
    const whole = disks.find((disk) => disk.contents.get(old)?.length === 1536);
    expect([0, 512, 1024].map((at) => whole?.contents.get(old)?.[at])).toEqual([1, 0, 2]);
  });
});

describe("directories", () => {
  const namesAfter = (events: readonly DiskEvent[]): Set<string> =>
    new Set(
      disksAfter(events).map((disk) => [...(disk.directories.get(root)?.keys() ?? [])].join()),
    );

  test("an entry is certain only when its directory was synced", () => {
    expect(namesAfter([create, { kind: "sync", file: fresh }])).toEqual(
      new Set(["old", "old,fresh"]),
    );
    expect(namesAfter([create, { kind: "sync", file: root }])).toEqual(new Set(["old,fresh"]));
  });

  test("a renaming replaces its target as a whole or not at all", () => {
    const rename: DiskEvent = {
      kind: "rename",
      fromDirectory: root,
      fromName: "fresh",
      toDirectory: root,
      toName: "old",
      file: fresh,
    };
    const disks = disksAfter([create, { kind: "sync", file: root }, rename]);
    const found = disks.map((disk) => [...(disk.directories.get(root) ?? [])].flat().join());
    expect(new Set(found)).toEqual(new Set([`old,${old},fresh,${fresh}`, `old,${fresh}`]));
  });

  test("a removed file may still be there", () => {
    const remove: DiskEvent = { kind: "remove", directory: root, name: "old" };
    expect(namesAfter([remove])).toEqual(new Set(["", "old"]));
  });
});

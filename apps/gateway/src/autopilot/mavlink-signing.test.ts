import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { epochMs, monotonicMs } from "@pista/kernel";
import { createFrameWriter, type SigningKey } from "@pista/mavlink";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FrameCodec } from "./frame-codec.ts";
import { openMavlinkSigning } from "./mavlink-signing.ts";

const self = { systemId: 255, componentId: 190 };
const vehicle = { systemId: 1, componentId: 1 };
const ping = { name: "PING", timeUsec: 1n, seq: 7, targetSystem: 0, targetComponent: 0 } as const;
const today = 1_760_000_000_000;

let directory = "";
let keyFile = "";
let nowMs = today;
const clock = {
  nowMs: () => epochMs(nowMs),
  monotonicMs: () => monotonicMs(0),
  after: () => () => undefined,
};

beforeEach(() => {
  nowMs = today;
  directory = mkdtempSync(join(tmpdir(), "pista-signing-"));
  keyFile = join(directory, "key");
  writeFileSync(keyFile, `${"0f".repeat(32)}\n`, { mode: 0o600 });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = () =>
  openMavlinkSigning(
    {
      keyFile,
      directory,
      onFailure(error) {
        throw error;
      },
    },
    clock,
  );

describe("MAVLink signing", () => {
  test("what is not signed with the key is refused and told; what is signed is read", async () => {
    const signing = await open();
    const refused: object[] = [];
    const codec = new FrameCodec({
      self,
      clock,
      cut: "datagrams",
      signing,
      onRefused: (verdicts) => refused.push({ ...verdicts }),
    });
    const write = (key?: SigningKey) =>
      createFrameWriter({ ...vehicle, ...(key && { signing: { key, linkId: 3 } }) }).write(
        ping,
        clock.nowMs(),
      );
    expect(codec.read(write())).toEqual([]);
    // The owner's key with one bit changed.
    const other = Uint8Array.from(signing.key) as SigningKey;
    other[0] = 0x0e;
    nowMs += 11_000;
    expect(codec.read(write(other))).toEqual([]);
    expect(codec.read(write(signing.key))).toMatchObject([{ signed: true, message: { seq: 7 } }]);
    expect(refused).toMatchObject([
      { unsigned: 1, "bad-signature": 0 },
      { unsigned: 1, "bad-signature": 1 },
    ]);
    // The flag of a signed frame, and the thirteen bytes of its signature.
    const bytes = codec.write(ping);
    expect([bytes[2], bytes.length]).toEqual([1, 10 + (bytes[1] ?? 0) + 2 + 13]);
  });

  test("[MV21] stamps rise over a restart, even with a clock that was set back", async () => {
    const first = await open();
    const used = first.clock.next(clock.nowMs());
    nowMs = today - 86_400_000;
    const second = await open();
    expect(second.clock.next(clock.nowMs())).toBeGreaterThan(used);
  });

  test("the disk stays ahead of what is used", async () => {
    const signing = await open();
    const stored = (): number =>
      JSON.parse(readFileSync(join(directory, "mavlink-stamp.json"), "utf8")).stamp;
    const before = stored();
    nowMs += 1_000;
    signing.clock.next(clock.nowMs());
    await signing.tick();
    expect(stored()).toBe(before);
    nowMs += 20_000;
    const used = signing.clock.next(clock.nowMs());
    await signing.tick();
    expect(stored()).toBeGreaterThan(Math.max(before, used));
  });

  test("a key that others may read, or that is none, is refused", async () => {
    chmodSync(keyFile, 0o640);
    await expect(open()).rejects.toThrow(/0600/);
    chmodSync(keyFile, 0o600);
    writeFileSync(keyFile, "0f0f");
    await expect(open()).rejects.toThrow(/64 hexadecimal/);
    rmSync(keyFile);
    await expect(open()).rejects.toMatchObject({ code: "MAVLINK_KEY_UNREADABLE" });
  });

  test("a broken stamp file is refused, for beginning anew would repeat stamps", async () => {
    writeFileSync(join(directory, "mavlink-stamp.json"), "{}");
    await expect(open()).rejects.toMatchObject({ code: "MAVLINK_STAMP_UNREADABLE" });
  });
});

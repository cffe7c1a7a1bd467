import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leasePublicKey, signRotation } from "@pista/flight";
import { defined, epochMs, toHex } from "@pista/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEnrolment } from "./enrolment.ts";
import { LeaseKeyPin } from "./lease-key-pin.ts";

const secretOf = (number: number) => Uint8Array.from({ length: 32 }, () => number);
const publicHexOf = (number: number): string => toHex(leasePublicKey(secretOf(number)));
const rotation = (serial: number): string =>
  toHex(
    signRotation({
      ...{ serial, rotatedAtMs: epochMs(1_790_000_000_000) },
      ...{ oldSecretKey: secretOf(serial - 1), newSecretKey: secretOf(serial) },
    }),
  );

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-gateway-"));
  // As an enrolment before there were rotations left it.
  const content = { gatewayId: "gateway-1", assetId: "drone-1", leasePublicKey: publicHexOf(0) };
  writeFileSync(join(directory, "enrolment.json"), JSON.stringify(content));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = async (): Promise<LeaseKeyPin> =>
  new LeaseKeyPin(directory, defined(await readEnrolment(directory), "an enrolment"));

describe("[AU8] [GL6] the pinned lease key", () => {
  test("is on the disk when it is told of, over several rotations and a restart", async () => {
    const pin = await open();
    const followed = await pin.follow([rotation(1), rotation(2)]);
    expect(followed).toMatchObject({ ok: true, value: { serial: 2 } });
    expect(pin.publicKeyHex).toBe(publicHexOf(2));
    const again = await open();
    expect(again.publicKeyHex).toBe(publicHexOf(2));
    expect(await again.follow([rotation(2)])).toEqual({ ok: false, fault: "another-key" });
    expect(await again.follow([rotation(3)])).toMatchObject({ ok: true, value: { serial: 3 } });
  });

  test("what comes at once is followed one after the other", async () => {
    const pin = await open();
    await Promise.all([pin.follow([rotation(1)]), pin.follow([rotation(2)])]);
    expect([pin.publicKeyHex, (await open()).publicKeyHex]).toEqual(Array(2).fill(publicHexOf(2)));
  });

  test("what it followed already is no news, where a link came anew during the pinning", async () => {
    const pin = await open();
    await Promise.all([pin.follow([rotation(1)]), pin.follow([rotation(1)])]);
    const led = await pin.follow([rotation(1), rotation(2)]);
    expect(led).toMatchObject({ ok: true, value: { serial: 2 } });
    expect((await open()).publicKeyHex).toBe(publicHexOf(2));
    const all = [rotation(1), rotation(2), rotation(3)];
    expect(await pin.follow(all)).toMatchObject({ ok: true, value: { serial: 3 } });
  });

  test("behind what it followed already, one that does not follow voids all", async () => {
    const pin = await open();
    await pin.follow([rotation(1), rotation(2)]);
    const forged = rotation(1).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    for (const statements of [
      [forged, rotation(2), rotation(3)],
      [rotation(2), rotation(1), rotation(4)],
      [rotation(1), forged, rotation(3)],
      [rotation(2), rotation(3), forged],
      [rotation(1), rotation(3), rotation(2)],
    ]) {
      expect(await pin.follow(statements)).toMatchObject({ ok: false });
    }
    expect([pin.publicKeyHex, (await open()).publicKeyHex]).toEqual(Array(2).fill(publicHexOf(2)));
  });

  test("what does not follow changes nothing, on the disk or here", async () => {
    const pin = await open();
    const forged = rotation(1).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    for (const statements of [[forged], [rotation(2)], [rotation(1), forged], ["00"]]) {
      expect((await pin.follow(statements)).ok).toBe(false);
    }
    expect([pin.publicKeyHex, (await open()).publicKeyHex]).toEqual(Array(2).fill(publicHexOf(0)));
  });

  test("what the disk does not take is not obeyed, and may come again", async () => {
    const pin = await open();
    const draft = join(directory, "enrolment.json.new");
    mkdirSync(draft);
    await expect(pin.follow([rotation(1)])).rejects.toMatchObject({ code: "DATA_FILE_UNWRITABLE" });
    expect(pin.publicKeyHex).toBe(publicHexOf(0));
    rmdirSync(draft);
    expect((await pin.follow([rotation(1)])).ok).toBe(true);
  });
});

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HubKeys, openKeyFiles } from "./key-files.ts";
import { createTokenHasher, isSameHash } from "./token-hash.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-keys-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const bytesOf = ({ leaseKey, cookieKey }: HubKeys) => [leaseKey.secretKey, cookieKey];

describe("[AU8] key files", () => {
  test("are drawn once, apart from one another, and only their owner may read them", async () => {
    const first = await openKeyFiles(directory, { mayDraw: true });
    expect(first.leaseKey.secretKey).toHaveLength(32);
    expect(isSameHash(first.leaseKey.secretKey, first.cookieKey)).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(["cookie.key", "lease.key"]);
    for (const name of ["cookie.key", "lease.key"]) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    }
    expect(bytesOf(await openKeyFiles(directory, { mayDraw: true }))).toEqual(bytesOf(first));
  });

  test.each(["", "x", "0".repeat(63), `${"0".repeat(64)}`, `${"g".repeat(64)}\n`, "\u0000"])(
    "one that holds %j is refused and left as it is",
    async (text) => {
      writeFileSync(join(directory, "lease.key"), text);
      await expect(openKeyFiles(directory, { mayDraw: true })).rejects.toMatchObject({
        code: "HUB_KEY_FILE",
        message: expect.stringMatching(/lease\.key is not a key.*backup/),
      });
      expect(statSync(join(directory, "lease.key")).size).toBe(text.length);
    },
  );

  test.each([
    ["lease.key", /lease\.key is missing.*backup.*--new-keys.*enrolled anew/],
    ["cookie.key", /cookie\.key is missing.*backup.*--new-keys.*device key/],
  ])("%s that is missed by what was stored is not drawn anew", async (name, expected) => {
    const first = await openKeyFiles(directory, { mayDraw: true });
    rmSync(join(directory, name));
    const refused = openKeyFiles(directory, { mayDraw: false });
    await expect(refused).rejects.toMatchObject({
      code: "HUB_KEY_FILE",
      message: expect.stringMatching(expected),
    });
    expect(readdirSync(directory)).not.toContain(name);
    const drawn = await openKeyFiles(directory, { mayDraw: true });
    expect(bytesOf(drawn)).not.toEqual(bytesOf(first));
  });

  test("what others could read is closed to them", async () => {
    const { leaseKey } = await openKeyFiles(directory, { mayDraw: true });
    const secretHex = Buffer.from(leaseKey.secretKey).toString("hex");
    writeFileSync(join(directory, "lease.key"), `${secretHex}\n`);
    await openKeyFiles(directory, { mayDraw: true });
    expect(statSync(join(directory, "lease.key")).mode & 0o077).toBe(0);
  });

  test("a directory in its place is a clear error, and so is a missing directory", async () => {
    const nowhere = join(directory, "missing");
    await expect(openKeyFiles(nowhere, { mayDraw: true })).rejects.toMatchObject({
      code: "HUB_KEY_FILE",
    });
  });

  test("a token's hash is of one purpose only", () => {
    const hasher = createTokenHasher(new Uint8Array(32));
    const purposes = ["sign-in", "api-key", "device-key", "enrolment-code", "operator"] as const;
    const hashes = purposes.map((purpose) =>
      Buffer.from(hasher.hash(purpose, "t")).toString("hex"),
    );
    expect(new Set(hashes).size).toBe(purposes.length);
    expect(isSameHash(new Uint8Array(32), new Uint8Array(31))).toBe(false);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrakeFigures, type BrakeLedger, emptyLedger, enterBraking } from "@pista/flight";
import { epochMs } from "@pista/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GatewayError } from "../errors.ts";
import { openBrakeFile } from "./brake-file.ts";

const declared = { guardToMotionS: 0.4, decelerationMps2: 1.5 };
const figures: BrakeFigures = {
  ...{ speedMps: 1.5, wayM: 1.6, promisedM: 1.35, boundMps2: 1.125 },
  ...{ guardToMotionS: 0.3, decelerationMps2: 1 },
};
const enter = (ledger: BrakeLedger, verdict: "kept" | "worse"): BrakeLedger =>
  enterBraking(ledger, { verdict, figures }, epochMs(1_790_000_000_000));
const kept = enter(emptyLedger(declared), "kept");
const worse = enter(kept, "worse");

describe("[LG6] the file of brakings", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pista-brakes-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const file = (): string => join(directory, "brakes.json");
  const reopened = async (bounds = declared): Promise<BrakeLedger> =>
    (await openBrakeFile(directory, bounds)).ledger;

  test("begins empty and remembers what was kept, and what was worse", async () => {
    const brakes = await openBrakeFile(directory, declared);
    expect(brakes.ledger).toEqual(emptyLedger(declared));
    await brakes.store(kept);
    expect(await reopened()).toEqual(kept);
    await brakes.store(worse);
    expect(await reopened()).toEqual(worse);
  });

  test("keeps the newest of stores that overlap", async () => {
    const brakes = await openBrakeFile(directory, declared);
    await Promise.all([brakes.store(kept), brakes.store(worse)]);
    expect(await reopened()).toEqual(worse);
  });

  test.each([
    { ...declared, decelerationMps2: 1.1 },
    { ...declared, guardToMotionS: 0.5 },
  ])("begins anew under other bounds, and not again under the same: %o", async (bounds) => {
    await (await openBrakeFile(directory, declared)).store(worse);
    expect(await reopened(bounds)).toEqual(emptyLedger(bounds));
    expect(await reopened()).toEqual(worse);
  });

  const damaged = (change: object): string => JSON.stringify({ ...worse, ...change });
  test.each(["", "{", "7", damaged({ kept: -1 }), damaged({ worse: { wayM: 1 } })])(
    "with %j in it the gateway does not start, and says which file it is",
    async (text) => {
      writeFileSync(file(), text);
      const refusal = await openBrakeFile(directory, declared).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(GatewayError);
      expect(refusal).toMatchObject({ code: "BRAKE_FILE_UNREADABLE" });
      expect(String(refusal)).toContain("brakes.json");
      expect(readFileSync(file(), "utf8")).toBe(text);
    },
  );
});

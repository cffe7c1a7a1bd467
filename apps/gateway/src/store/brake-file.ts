import { join } from "node:path";
import { type BrakeLedger, emptyLedger, type VehicleBounds } from "@pista/flight";
import { epochMs } from "@pista/kernel";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { parseJson, readIfThere, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

/** [LG6] What this vehicle's brakings have shown of its declared bounds, across restarts. */
export interface BrakeFile {
  /** What was durable at the start, and empty where other bounds were declared since. */
  readonly ledger: BrakeLedger;
  /** @throws GatewayError DATA_FILE_UNWRITABLE */
  store(ledger: BrakeLedger): Promise<void>;
}

const figures = Type.Object({
  speedMps: Type.Number(),
  wayM: Type.Number(),
  promisedM: Type.Number(),
  guardToMotionS: Type.Number(),
  decelerationMps2: Type.Number(),
  boundMps2: Type.Number({ exclusiveMinimum: 0 }),
});
const stored = Compile(
  Type.Object({
    declared: Type.Object({ guardToMotionS: Type.Number(), decelerationMps2: Type.Number() }),
    kept: Type.Integer({ minimum: 0 }),
    fastestMps: Type.Number({ minimum: 0 }),
    worstShare: Type.Number(),
    worse: Type.Optional(figures),
    lastAtMs: Type.Optional(Type.Number()),
  }),
);

/**
 * @throws GatewayError BRAKE_FILE_UNREADABLE: starting anew instead would forget brakes that were
 * worse than declared, so a person has to look.
 */
export async function openBrakeFile(
  directory: string,
  declared: VehicleBounds,
): Promise<BrakeFile> {
  const path = join(directory, "brakes.json");
  const ledger = await readLedger(path, declared);
  let writing: Promise<void> = Promise.resolve();
  return {
    ledger,
    store(next) {
      const write = (): Promise<void> => writeDurably(path, `${JSON.stringify(next)}\n`);
      // One after the other, so that the newest stays; one that failed does not keep the next back.
      writing = writing.then(write, write);
      return writing;
    },
  };
}

async function readLedger(path: string, declared: VehicleBounds): Promise<BrakeLedger> {
  const text = await readIfThere(path);
  if (text === undefined) return emptyLedger(declared);
  const value = parseJson(text);
  if (!stored.Check(value)) {
    throw new GatewayError(
      "BRAKE_FILE_UNREADABLE",
      `${path} does not say what the vehicle's brakings have shown. Put back a copy, or remove it and fly the brake test again.`,
    );
  }
  const isSame =
    value.declared.guardToMotionS === declared.guardToMotionS &&
    value.declared.decelerationMps2 === declared.decelerationMps2;
  if (!isSame) return emptyLedger(declared);
  const { worse, lastAtMs } = value;
  return { ...value, worse, lastAtMs: lastAtMs === undefined ? undefined : epochMs(lastAtMs) };
}

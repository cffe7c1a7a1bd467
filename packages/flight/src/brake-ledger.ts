import type { EpochMs } from "@pista/kernel";
import type { BrakeFigures, Braking } from "./braking.ts";
import { tightened, type VehicleBounds } from "./envelope.ts";

/** What the brakings of one vehicle have shown of the bounds that are declared for it. */
export type BrakeLedger = {
  readonly declared: VehicleBounds;
  /** Those that kept the promise, the fastest speed they kept it from, and the longest way of it. */
  readonly kept: number;
  readonly fastestMps: number;
  readonly worstShare: number;
  /** The worst of those that broke it; undefined while none has. */
  readonly worse: BrakeFigures | undefined;
  readonly lastAtMs: EpochMs | undefined;
};

export const emptyLedger = (declared: VehicleBounds): BrakeLedger => ({
  declared,
  kept: 0,
  fastestMps: 0,
  worstShare: 0,
  worse: undefined,
  lastAtMs: undefined,
});

/** The same ledger where a braking says nothing. */
export function enterBraking(ledger: BrakeLedger, braking: Braking, atMs: EpochMs): BrakeLedger {
  const { verdict, figures } = braking;
  if (verdict === "unclear") return ledger;
  if (verdict === "worse") {
    const { worse } = ledger;
    const isWorst = !worse || figures.boundMps2 < worse.boundMps2;
    return { ...ledger, worse: isWorst ? figures : worse, lastAtMs: atMs };
  }
  // What was kept since is kept of bounds that were tightened, and these are not what is declared.
  if (ledger.worse) return ledger;
  return {
    ...ledger,
    kept: ledger.kept + 1,
    fastestMps: Math.max(ledger.fastestMps, figures.speedMps),
    worstShare: Math.max(ledger.worstShare, figures.wayM / figures.promisedM),
    lastAtMs: atMs,
  };
}

/** [LG6] What the guard begins with: what is declared, or less where a braking has shown less. */
export const boundsOf = ({ declared, worse }: BrakeLedger): VehicleBounds =>
  worse ? tightened(declared, worse.boundMps2) : declared;

/** What may be declared instead, in the tenths that a person writes. */
export const declarableMps2 = ({ boundMps2 }: BrakeFigures): number =>
  Math.max(0.1, Math.floor(10 * boundMps2) / 10);

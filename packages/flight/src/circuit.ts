import type { EnuM, MonotonicMs } from "@pista/kernel";

/** An upright rectangle in the air that counts when it is flown through in its direction. */
export type Gate = {
  readonly centre: EnuM;
  /** The direction in which it is flown through, clockwise from north. */
  readonly headingDeg: number;
  readonly widthM: number;
  readonly heightM: number;
};

export type TimedPlace = { readonly position: EnuM; readonly atMs: MonotonicMs };

/** A flight on a circuit: a lap runs from the first gate to the first gate. */
export type CircuitProgress = {
  /** Which gate counts next. */
  readonly nextGate: number;
  readonly lapStartedAtMs: number | undefined;
  /** The newest laps, oldest first. */
  readonly lapsMs: readonly number[];
  readonly last: TimedPlace | undefined;
};

export const circuitStart: CircuitProgress = {
  nextGate: 0,
  lapStartedAtMs: undefined,
  lapsMs: [],
  last: undefined,
};

/** Between two poses further apart than this nobody knows which way the vehicle took. */
export const poseGapMsMax = 500;
/** Half a day of laps; older ones are forgotten. */
export const lapsRememberedMax = 1_000;

/** When the straight way between two places passes through the gate, if it does. */
export function crossingMs(gate: Gate, from: TimedPlace, to: TimedPlace): number | undefined {
  const heading = (gate.headingDeg * Math.PI) / 180;
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const seenFromGate = ({ eastM, northM, upM }: EnuM) => {
    const [east, north] = [eastM - gate.centre.eastM, northM - gate.centre.northM];
    return {
      aheadM: east * sin + north * cos,
      rightM: east * cos - north * sin,
      aboveM: upM - gate.centre.upM,
    };
  };
  const [start, end] = [seenFromGate(from.position), seenFromGate(to.position)];
  // A place on the gate itself belongs to its far side, so that no crossing counts twice.
  if (start.aheadM >= 0 || end.aheadM < 0) return undefined;
  const share = start.aheadM / (start.aheadM - end.aheadM);
  const rightM = start.rightM + (end.rightM - start.rightM) * share;
  const aboveM = start.aboveM + (end.aboveM - start.aboveM) * share;
  const isThrough = Math.abs(rightM) <= gate.widthM / 2 && Math.abs(aboveM) <= gate.heightM / 2;
  return isThrough ? from.atMs + (to.atMs - from.atMs) * share : undefined;
}

/** The next pose of a flight. Gates count in their order; any other is flown through in vain. */
export function flyCircuit(
  gates: readonly Gate[],
  before: CircuitProgress,
  place: TimedPlace,
): CircuitProgress {
  let progress: CircuitProgress = { ...before, last: place };
  const { last } = before;
  if (!last || place.atMs - last.atMs > poseGapMsMax) return progress;
  let fromMs = Number.NEGATIVE_INFINITY;
  // Of gates that stand close together one step may pass several: at most each of them once.
  for (let passed = 0; passed < gates.length; passed++) {
    const gate = gates[progress.nextGate];
    const atMs = gate && crossingMs(gate, last, place);
    if (atMs === undefined || atMs < fromMs) break;
    progress = passGate(gates.length, progress, atMs);
    fromMs = atMs;
  }
  return progress;
}

function passGate(gateCount: number, progress: CircuitProgress, atMs: number): CircuitProgress {
  const nextGate = (progress.nextGate + 1) % gateCount;
  if (progress.nextGate !== 0) return { ...progress, nextGate };
  const { lapStartedAtMs, lapsMs } = progress;
  const isLap = lapStartedAtMs !== undefined;
  const laps = isLap ? [...lapsMs, atMs - lapStartedAtMs].slice(-lapsRememberedMax) : lapsMs;
  return { ...progress, nextGate, lapStartedAtMs: atMs, lapsMs: laps };
}

import type { EnuM, MonotonicMs } from "@pista/kernel";

/** An upright rectangle in the air that counts when it is flown through in its direction. */
export type Gate = {
  readonly centre: EnuM;
  /** The direction in which it is flown through, clockwise from north. */
  readonly headingDeg: number;
  readonly widthM: number;
  readonly heightM: number;
};

export type Circuit = {
  /** In the order in which they are flown. */
  readonly gates: readonly Gate[];
  /** What flies here is no faster; an odometry that says so has jumped. */
  readonly speedMpsMax: number;
};

export type TimedPlace = { readonly position: EnuM; readonly atMs: MonotonicMs };

/** What was flown so far; the same object until a gate is passed. */
export type Laps = {
  /** Which gate counts next. */
  readonly nextGate: number;
  readonly lapStartedAtMs: number | undefined;
  /** When the last gate of this lap was passed. */
  readonly passedAtMs: number | undefined;
  readonly lapsFlown: number;
  readonly lastLapMs: number | undefined;
  readonly bestLapMs: number | undefined;
};

/** A flight on a circuit: a lap runs from the first gate to the first gate. */
export type CircuitProgress = { readonly laps: Laps; readonly last: TimedPlace | undefined };

export const circuitStart: CircuitProgress = {
  laps: {
    nextGate: 0,
    lapStartedAtMs: undefined,
    passedAtMs: undefined,
    lapsFlown: 0,
    lastLapMs: undefined,
    bestLapMs: undefined,
  },
  last: undefined,
};

/** A gate that was passed in its turn. */
export type GatePassage = {
  /** Its place in the circuit, from 0. */
  readonly gate: number;
  /** Worked out between the poses before and behind it. */
  readonly atMs: number;
  /** Since the gate before; undefined where a first lap begins. */
  readonly sectorMs: number | undefined;
  /** The lap that ended here. */
  readonly lapMs: number | undefined;
};

export type CircuitStep = {
  readonly progress: CircuitProgress;
  readonly passages: readonly GatePassage[];
};

/** Between two poses further apart than this nobody knows which way the vehicle took. */
export const poseGapMsMax = 500;
/** What noise and poses that arrive together may add to the way between two of them. */
export const poseStepM = 0.5;

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
  circuit: Circuit,
  { laps: before, last }: CircuitProgress,
  place: TimedPlace,
): CircuitStep {
  const { gates } = circuit;
  const passages: GatePassage[] = [];
  if (!last || !isFlown(circuit, last, place))
    return { progress: { laps: before, last: place }, passages };
  let laps = before;
  let fromMs = Number.NEGATIVE_INFINITY;
  // Of gates that stand close together one step may pass several: at most each of them once.
  while (passages.length < gates.length) {
    const gate = gates[laps.nextGate];
    const atMs = gate && crossingMs(gate, last, place);
    if (atMs === undefined || atMs < fromMs) break;
    const passage = passageOf(laps, atMs);
    passages.push(passage);
    laps = passGate(gates.length, laps, passage);
    fromMs = atMs;
  }
  return { progress: { laps, last: place }, passages };
}

/** The lap under way does not count; those that were flown do. */
export const abandonLap = ({ laps }: CircuitProgress): CircuitProgress => ({
  laps: { ...laps, nextGate: 0, lapStartedAtMs: undefined, passedAtMs: undefined },
  last: undefined,
});

/** Whether the way from one place to the next was flown: neither unseen for long nor a jump. */
function isFlown({ speedMpsMax }: Circuit, from: TimedPlace, to: TimedPlace): boolean {
  const [a, b] = [from.position, to.position];
  const wayM = Math.hypot(b.eastM - a.eastM, b.northM - a.northM, b.upM - a.upM);
  const gapMs = to.atMs - from.atMs;
  return gapMs <= poseGapMsMax && wayM <= poseStepM + (speedMpsMax * gapMs) / 1_000;
}

const sinceMs = (thenMs: number | undefined, atMs: number): number | undefined =>
  thenMs === undefined ? undefined : atMs - thenMs;

const passageOf = ({ nextGate, lapStartedAtMs, passedAtMs }: Laps, atMs: number): GatePassage => ({
  gate: nextGate,
  atMs,
  sectorMs: sinceMs(passedAtMs, atMs),
  lapMs: nextGate === 0 ? sinceMs(lapStartedAtMs, atMs) : undefined,
});

function passGate(gateCount: number, laps: Laps, { gate, atMs, lapMs }: GatePassage): Laps {
  const nextGate = (gate + 1) % gateCount;
  const passed = { ...laps, nextGate, passedAtMs: atMs };
  if (gate !== 0) return passed;
  if (lapMs === undefined) return { ...passed, lapStartedAtMs: atMs };
  const bestLapMs = Math.min(lapMs, laps.bestLapMs ?? Number.POSITIVE_INFINITY);
  const lapsFlown = laps.lapsFlown + 1;
  return { ...passed, lapStartedAtMs: atMs, lapsFlown, lastLapMs: lapMs, bestLapMs };
}

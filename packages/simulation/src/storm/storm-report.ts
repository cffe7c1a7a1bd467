/** A rule that a storm broke. */
export type StormFinding = {
  readonly rule: string;
  readonly atMs: number;
  readonly what: string;
};

export type StormStatistics = {
  framesSent: number;
  framesArrived: number;
  framesActed: number;
  velocities: number;
  movingVelocities: number;
  stops: number;
  releases: number;
  takeOffs: number;
  landings: number;
  revocations: number;
  safetyPilotTakes: number;
  diversions: number;
  handovers: number;
  restarts: number;
  restartsInAir: number;
  /** Of a command that moved the vehicle, when the guard said so. */
  trueAgeMsMax: number;
  estimatedAgeMsMax: number;
  viewAgeMsMax: number;
  /** How much of the clear view it takes to stop (LG6). */
  viewShareMax: number;
  furthestM: number;
  /** How far beyond fence or obstacle it truly was, and how far it may be. */
  beyondM: number;
  boundM: number;
};

export const calmStatistics = (): StormStatistics => ({
  framesSent: 0,
  framesArrived: 0,
  framesActed: 0,
  velocities: 0,
  movingVelocities: 0,
  stops: 0,
  releases: 0,
  takeOffs: 0,
  landings: 0,
  revocations: 0,
  safetyPilotTakes: 0,
  diversions: 0,
  handovers: 0,
  restarts: 0,
  restartsInAir: 0,
  trueAgeMsMax: 0,
  estimatedAgeMsMax: 0,
  viewAgeMsMax: 0,
  viewShareMax: 0,
  furthestM: 0,
  beyondM: 0,
  boundM: 0,
});

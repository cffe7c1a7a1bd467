/** [LG1] (a) The wall on estimated age and margin together. */
export const estimatedAgeMsMax = 200;
/** [LG1] (b) The wall on the age that the gateway can prove by its own clock. */
export const provableAgeMsMax = 400;
/** [LG1] Added to half the round trip's spread, for what no clock exchange can see. */
export const ageMarginMsMin = 10;
/** [LG1] How far back the clock exchange and the spread of the round trip look. */
export const clockWindowMs = 5_000;

/** [LG2] Up to this age a command is fresh. */
export const freshAgeMsMax = 150;
/** [LG2] What is left of the speed limit at the wall. */
export const slowestFactor = 0.3;
/** [LG2] Consecutive fresh frames that lead one rung up. */
export const freshFramesToRise = 25;
/** [LG2] A hold by link loss this long ends in a landing. */
export const holdMsMax = 2_000;

/** [LG3] The view may become this much older than it was in the lease's first ten seconds. */
export const viewAgeAllowanceMs = 300;
/** [LG3] And never older than this. */
export const viewAgeMsMax = 500;
/** [LG3] How long the baseline of the view's age is gathered. */
export const viewBaselineMs = 10_000;
/** [LG3] The speed limit of a lease that shows poses instead of a camera. */
export const telemetrySpeedMpsMax = 0.5;

/** [AU2] */
export const leaseLifetimeMs = 15_000;
/** [AU2] */
export const leaseRenewalMs = 3_000;

/** [LG6] (b) The worst age of the view counts this long. */
export const viewWorstMs = 10_000;

/** [LG2] How a vehicle without a pilot goes to a marked spot: slowly, for nobody watches. */
export const divertSpeedMpsMax = 0.5;
/** [LG2] This near to the spot it descends. */
export const spotReachedM = 0.25;

/** [LG11] Odometry older than this allows no speed. */
export const poseAgeMsMax = 200;
/** [LG11] Odometry older than this lands at once. */
export const poseAgeToLandMs = 1_000;
/** [LG11] Odometry less sure than this allows no speed. */
export const poseSigmaMMax = 0.3;

/** [LG10] A guard that stood still for longer finds a vehicle that GUID_TIMEOUT has stopped. */
export const frozenMs = 300;
/** [AU4] [LG11] By then it has heard what came meanwhile. */
export const wakingMs = 200;

/** [LG4] Above this height the remote pilot's wish to cut the motors is refused. */
export const motorsOffHeightMMax = 0.3;

/** [AU4] So long after a stop at the site nothing releases it: what was on its way meant another. */
export const othersStopMsMin = 2_000;

/** [AU4] A mode that an autopilot takes by itself when its motors stop is told within this. */
export const ownReturnMsMax = 5_000;

/** [LG1] Beacons and set-points leave at this period: 50 Hz. */
export const tickMs = 20;

/** Five seconds of beacons and poses: a frame that echoes an older one is past every wall. */
export const rememberedBeaconsMax = 256;

/** How high a take-off climbs, and how near that counts as reached. */
export const takeOffHeightM = 1.5;
export const takeOffToleranceM = 0.2;
/** A take-off that has not reached it this long after its order is over. */
export const takeOffMsMax = 30_000;
/** What is this far above where it last stood flies, whatever it says of the ground. */
export const risenMMin = 0.3;

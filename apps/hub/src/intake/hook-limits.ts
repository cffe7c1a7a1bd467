/** [IN5] One network server speaks for a trial's thousands of sensors, a few times an hour each. */
export const hookLimits = {
  bytes: { burst: 4_194_304, perSecond: 524_288 },
  messages: { burst: 400, perSecond: 200 },
} as const;

/** [IN5] Of one device behind a hook: on the air no sensor speaks twice a second for long. */
export const hookDeviceLimits = {
  bytes: { burst: 1_048_576, perSecond: 65_536 },
  messages: { burst: 120, perSecond: 2 },
} as const;

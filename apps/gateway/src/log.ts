import { type DestinationStream, type Logger, pino } from "pino";

/** A log whose lines can be brought out before the process ends. */
export type GatewayLog = { readonly log: Logger; flush(): void };

/** What waits for a reader of stderr that has stopped reading; beyond it lines are dropped. */
const waitingBytesMax = 1 << 20;

/**
 * Lines go to stderr without blocking: a terminal that nobody reads must not stop the loop that
 * keeps the vehicle's time-outs from running out.
 */
export function createGatewayLog(level: string, part: "fleet" | "pilotage" | "media"): GatewayLog {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: waitingBytesMax });
  return {
    log: createLog(level, part, destination),
    flush: () => destination.flushSync(),
  };
}

/** Of several vehicles' processes each says whose it is. */
export const createLog = (level: string, part: string, destination: DestinationStream): Logger =>
  pino({ level, base: { vehicle: process.env.PISTA_GATEWAY_VEHICLE, part } }, destination);

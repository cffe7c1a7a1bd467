import { type DestinationStream, type Logger, pino } from "pino";

/** A log, and below it what is said to whoever sits at the terminal. */
export type GatewayLog = { readonly log: Logger; say(line: string): void };

/** What waits for a reader of stderr that has stopped reading; beyond it lines are dropped. */
const waitingBytesMax = 1 << 20;

/**
 * Lines go to stderr without blocking: a terminal that nobody reads must not stop the loop that
 * keeps the vehicle's time-outs from running out. A program that ends by itself has written them.
 */
export function createGatewayLog(level: string, part: "fleet" | "pilotage" | "media"): GatewayLog {
  const queue = pino.destination({ dest: 2, sync: false, maxLength: waitingBytesMax });
  // A stream that can do no more than this: else pino flushes after a fatal line, which blocks, and
  // writes past the line that is on its way.
  const destination: DestinationStream = { write: (line) => queue.write(line) };
  return {
    log: createLog(level, part, destination),
    say: (line) => destination.write(`${line}\n`),
  };
}

/** Of several vehicles' processes each says whose it is. */
export const createLog = (level: string, part: string, destination: DestinationStream): Logger =>
  pino({ level, base: { vehicle: process.env.PISTA_GATEWAY_VEHICLE, part } }, destination);

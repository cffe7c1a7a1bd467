import { StoreError } from "./errors.ts";

export type QueueLimits = {
  /** How many are in at a time; one when nothing else is said. */
  readonly places?: number;
  readonly waitersMax: number;
  readonly waitMsMax: number;
};

/** Lets as many in as there are places, in the order of arrival. */
export type ConnectionQueue = {
  /** Resolves to what lets the next one in. */
  enter(): Promise<() => void>;
};

/**
 * PostgreSQL in wasm has one connection, so a transaction keeps everybody else out; a server has
 * some. Who waits too long is told so: most likely a transaction sends a query beside itself and
 * waits for it.
 */
export function createConnectionQueue(limits: QueueLimits): ConnectionQueue {
  const { places = 1, waitersMax, waitMsMax } = limits;
  const waiters: (() => void)[] = [];
  let taken = 0;

  const pass = (): (() => void) => {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = waiters.shift();
      if (next) next();
      else taken -= 1;
    };
  };

  return {
    enter: async () => {
      if (taken < places) {
        taken += 1;
        return pass();
      }
      if (waiters.length >= waitersMax) throw new StoreError("STORE_BUSY", { waitersMax });
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(enter), 1);
          reject(new StoreError("STORE_BUSY", { waitMsMax }));
        }, waitMsMax);
        const enter = (): void => {
          clearTimeout(timer);
          resolve();
        };
        waiters.push(enter);
      });
      return pass();
    },
  };
}

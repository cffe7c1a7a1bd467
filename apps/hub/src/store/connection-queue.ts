import { StoreError } from "./errors.ts";

export type QueueLimits = {
  readonly waitersMax: number;
  readonly waitMsMax: number;
};

/** Lets one in at a time, in the order of arrival. */
export type ConnectionQueue = {
  /** Resolves to what lets the next one in. */
  enter(): Promise<() => void>;
};

/**
 * PostgreSQL in wasm has one connection, so a transaction keeps everybody else out. Who waits
 * too long is told so: most likely a transaction sends a query beside itself and waits for it.
 */
export function createConnectionQueue({ waitersMax, waitMsMax }: QueueLimits): ConnectionQueue {
  const waiters: (() => void)[] = [];
  let isTaken = false;

  const pass = (): (() => void) => {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = waiters.shift();
      if (next) next();
      else isTaken = false;
    };
  };

  return {
    enter: async () => {
      if (!isTaken) {
        isTaken = true;
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

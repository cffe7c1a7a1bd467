/**
 * Changes that read what memory shows, write it to the store and then change memory, one after the
 * other: two at once would both build on the same version of a trial. One hub has the database, so
 * turns within this process are enough.
 */
export interface Turns {
  /**
   * Does the work when all before it is done. What is urgent goes before all that has not begun:
   * suspending a trial does not wait for the sensors that somebody adds by the thousand. Whoever
   * waits holds an HTTP request open, of which there are only so many.
   */
  take<Outcome>(
    work: () => Promise<Outcome>,
    order?: { readonly isUrgent: boolean },
  ): Promise<Outcome>;
}

export function createTurns(): Turns {
  const waiting: (() => Promise<void>)[] = [];
  let isBusy = false;
  const run = async (): Promise<void> => {
    isBusy = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    isBusy = false;
  };
  return {
    take: (work, { isUrgent } = { isUrgent: false }) =>
      new Promise((resolve, reject) => {
        const turn = async (): Promise<void> => {
          try {
            resolve(await work());
          } catch (cause) {
            reject(cause);
          }
        };
        if (isUrgent) waiting.unshift(turn);
        else waiting.push(turn);
        if (!isBusy) void run();
      }),
  };
}

import type { Clock } from "@pista/kernel";
import type { Logger } from "pino";
import { wordsOf } from "./errors.ts";
import { RepeatedTrouble } from "./repeated-trouble.ts";

type Options = {
  readonly clock: Clock;
  readonly log: Logger;
  readonly trouble: RepeatedTrouble;
  /** What is said of it, and of its end. */
  readonly words: { readonly seen: string; readonly over: string };
};

/** Repeated trouble as lines of the log; of an error its words, for where it was thrown tells nothing. */
export class TroubleLog {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  seen(error: Error, more: object = {}): void {
    const { clock, log, trouble, words } = this.#options;
    const cause = wordsOf(error);
    const told = trouble.seen(cause, clock.monotonicMs());
    if (told) log.warn({ cause, ...more, ...told }, words.seen);
  }

  over(more: object = {}): void {
    const { clock, log, trouble, words } = this.#options;
    const told = trouble.over(clock.monotonicMs());
    if (told) log.info({ ...more, ...told }, words.over);
  }
}

/** A line on which something is heard again has recovered; one message may slip through before. */
const quietMs = 2_000;

export const lineTroubleLog = (to: string, { clock, log }: Pick<Options, "clock" | "log">) =>
  new TroubleLog({
    ...{ clock, log, trouble: new RepeatedTrouble("well", quietMs) },
    words: { seen: `the line to the ${to} failed`, over: `the line to the ${to} is well again` },
  });

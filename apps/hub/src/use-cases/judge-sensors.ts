import type { Cancel } from "@pista/kernel";
import { type BayDay, judgeZone } from "@pista/parking";
import { bayDaysMax, readBayDays } from "../store/bay-days.ts";
import type { HubContext } from "./context.ts";

type JudgeContext = Pick<HubContext, "bays" | "clock" | "db">;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A hub that has just started has better things to do. */
const firstRoundAfterMs = 60_000;
/** The store has this much rest for the time that each statement took: reports come first. */
const restFactor = 4;

/**
 * [BS4] Judges every zone by the day that has just passed, and has the board show it. `rest` is
 * told after each statement how long it took, and answers whether to go on.
 */
export async function judgeSensors(
  { bays, clock, db }: JudgeContext,
  rest: (tookMs: number) => Promise<boolean>,
): Promise<void> {
  const toMs = clock.nowMs();
  for (const bayIds of bays.watchedBays().values()) {
    const days: BayDay[] = [];
    for (let first = 0; first < bayIds.length; first += bayDaysMax) {
      const startedAtMs = clock.monotonicMs();
      const asked = bayIds.slice(first, first + bayDaysMax);
      days.push(...(await readBayDays(db, { bayIds: asked, fromMs: toMs - dayMs, toMs })));
      if (!(await rest(clock.monotonicMs() - startedAtMs))) return;
    }
    bays.judge(bayIds, judgeZone(days));
  }
}

/** Judges every hour. Nothing of it is stored: after a restart the first round says it again. */
export function startJudging(
  context: JudgeContext,
  failed: (cause: unknown) => void,
): { stop(): Promise<void> } {
  let isStopped = false;
  let wake: Cancel = () => {};
  const waitMs = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = context.clock.after(delayMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const rest = async (tookMs: number): Promise<boolean> => {
    if (!isStopped) await waitMs(tookMs * restFactor);
    return !isStopped;
  };
  const run = async (): Promise<void> => {
    await waitMs(firstRoundAfterMs);
    while (!isStopped) {
      await judgeSensors(context, rest).catch(failed);
      // It may have been stopped during the round, when there was nothing to wake.
      if (!isStopped) await waitMs(hourMs);
    }
  };
  const running = run();
  return {
    stop() {
      isStopped = true;
      wake();
      return running;
    },
  };
}

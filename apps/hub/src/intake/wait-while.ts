import type { Clock } from "@pista/kernel";

const lookAgainMs = 100;

/** Whether it was over within so long; looked at ten times a second. */
export async function waitWhile(
  isTrue: () => boolean,
  withinMs: number,
  clock: Pick<Clock, "monotonicMs" | "after">,
): Promise<boolean> {
  const untilMs = clock.monotonicMs() + withinMs;
  while (isTrue()) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return false;
    await new Promise<void>((resolve) => clock.after(Math.min(lookAgainMs, leftMs), resolve));
  }
  return true;
}

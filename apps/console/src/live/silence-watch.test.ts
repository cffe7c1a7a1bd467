import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { watchSilence } from "./silence-watch.ts";

/** A browser runs the timers of a hidden page once a minute. */
test.each([
  { line: "that answers is kept, however late it is asked", answers: true, losses: 0 },
  { line: "that is dead is lost all the same", answers: false, losses: 1 },
])("[LV8] of a hidden page a line $line", ({ answers, losses }) => {
  const clock = createManualClock();
  let lost = 0;
  const watch = watchSilence({
    clock: { ...clock, after: (delayMs, run) => clock.after(Math.max(delayMs, 60_000), run) },
    patienceMs: () => 5_000,
    ask: () => {
      if (answers) clock.after(100, () => watch.heard());
    },
    lost: () => {
      lost += 1;
    },
  });
  for (let minutes = 0; minutes < 60; minutes++) clock.advance(60_000);
  expect(lost).toBe(losses);
  watch.stop();
});

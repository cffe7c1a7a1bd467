import { type ChildProcess, spawn } from "node:child_process";
import type { Cancel, Clock } from "@pista/kernel";

export type ChildPlan = {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

export interface KeptChild {
  stop(): Promise<void>;
}

const restartMsMin = 500;
const restartMsMax = 15_000;
/** A child that does not leave by then is not asked again. */
const leaveWithinMs = 5_000;

/**
 * Keeps a program running beside the hub: it is started again when it ends, slower each time. Its
 * standard input is a pipe that closes with the hub, even when the hub is killed, and the child
 * leaves with it.
 */
export function keepChild(
  plan: ChildPlan,
  clock: Clock,
  tell: (line: { name: string; event: string; detail?: string }) => void,
): KeptChild {
  let child: ChildProcess | undefined;
  let restartMs = restartMsMin;
  let stopping = false;
  let cancelRestart: Cancel = () => {};

  const start = (): void => {
    const startedAtMs = clock.monotonicMs();
    child = spawn(process.execPath, [plan.program, ...plan.arguments], {
      stdio: ["pipe", "inherit", "inherit"],
      env: { ...process.env, ...plan.environment, PISTA_EXIT_WITH_PARENT: "1" },
    });
    child.on("error", (cause) => tell({ name: plan.name, event: "failed", detail: cause.message }));
    child.on("exit", (code, signal) => {
      if (stopping) return;
      // A child that ran a while has earned a quick start.
      if (clock.monotonicMs() - startedAtMs > restartMsMax) restartMs = restartMsMin;
      tell({
        name: plan.name,
        event: "ended",
        detail: `${signal ?? code}, again in ${restartMs} ms`,
      });
      cancelRestart = clock.after(restartMs, start);
      restartMs = Math.min(restartMs * 2, restartMsMax);
    });
  };
  start();

  return {
    stop() {
      stopping = true;
      cancelRestart();
      const leaving = child;
      if (!leaving || leaving.exitCode !== null || leaving.signalCode !== null) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const cancelKill = clock.after(leaveWithinMs, () => leaving.kill("SIGKILL"));
        leaving.once("exit", () => {
          cancelKill();
          resolve();
        });
        leaving.stdin?.end();
        leaving.kill("SIGTERM");
      });
    },
  };
}

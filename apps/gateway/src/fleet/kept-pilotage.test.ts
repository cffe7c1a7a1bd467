import { ChildProcess } from "node:child_process";
import { pino } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../system-clock.ts";
import { KeptPilotage } from "./kept-pilotage.ts";

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
  vi.restoreAllMocks();
});

test("[LG10] one that could not be started, and has yet to say so, is over: no signal, no failure", async () => {
  process.execPath = "/nowhere/node";
  // Without a process of its own the signal would go to number 0: to this whole process group.
  const kill = vi.spyOn(ChildProcess.prototype, "kill").mockReturnValue(false);
  const program = { arguments: [], environment: {} };
  const kept = new KeptPilotage(program, systemClock, pino({ level: "silent" }));
  await expect(kept.end()).resolves.toBeUndefined();
  expect(kill).not.toHaveBeenCalled();
});

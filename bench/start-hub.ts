import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type BenchDevice = { deviceId: string; bayId: string; key: string };
export type Usage = { cpuS: number; rssMb: number };
export type HubUnderTest = {
  readonly port: number;
  readonly mqttPort: number;
  readonly devices: readonly BenchDevice[];
  /** From opening the data directory to listening. */
  readonly startedInMs: number;
  readonly hook: { readonly trialId: string; readonly secret: string };
  usage(): Promise<Usage>;
  stop(): Promise<void>;
};

/** Starts a hub in a process of its own, so that what it costs is not mixed with who asks. */
export async function startHubUnderTest(
  deviceCount: number,
  options: { otherBays?: number; databaseUrl?: string | undefined } = {},
): Promise<HubUnderTest> {
  const { otherBays = 0, databaseUrl } = options;
  const script = fileURLToPath(new URL("hub-under-test.ts", import.meta.url));
  const child = fork(script, [String(deviceCount), String(otherBays)], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) },
  });
  const ready = await nextMessage<Omit<HubUnderTest, "usage" | "stop">>(child);
  return {
    ...ready,
    async usage() {
      const answer = nextMessage<{ usage: NodeJS.ResourceUsage; rss: number }>(child);
      child.send("usage");
      const { usage, rss } = await answer;
      return { cpuS: (usage.userCPUTime + usage.systemCPUTime) / 1e6, rssMb: rss / 1e6 };
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.disconnect();
      }),
  };
}

function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The hub ended with ${code}.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as Message); // Sent by hub-under-test.ts, which stands beside this file.
    });
  });
}

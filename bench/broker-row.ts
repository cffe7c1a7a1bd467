import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./intake-row.ts";
import { pause, rounded } from "./statistics.ts";

const broker = "/usr/sbin/mosquitto";
const ticksPerS = 100;

/**
 * The peer: a mosquitto that stores nothing, with a subscriber that throws away what it is given,
 * under the very load of the intake's row. It acknowledges what it has in memory.
 */
export async function measureBroker(devices: number, forS: number) {
  const row = `mosquitto with a do-nothing subscriber, ${devices} devices, ${forS} s`;
  if (!existsSync(broker)) return { row, left: "out: mosquitto is not installed" };
  const directory = mkdtempSync(join(tmpdir(), "pista-bench-broker-"));
  const port = await freePort();
  const config = join(directory, "mosquitto.conf");
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`,
  );
  const programs: ChildProcess[] = [];
  const start = (program: string, ...words: string[]): ChildProcess => {
    const child = spawn(program, words, { stdio: "ignore" });
    programs.push(child);
    return child;
  };
  try {
    const { pid } = start(broker, "-c", config);
    await pause(500);
    start("mosquitto_sub", "-p", String(port), "-t", "#", "-q", "1");
    await pause(500);
    const usage = async () => usageOf(pid ?? 0);
    const loaded = await load(port, namesOf(devices), forS, usage);
    return {
      row,
      ...loaded.figures,
      "broker cores": rounded((loaded.after.cpuS - loaded.before.cpuS) / loaded.elapsedS, 2),
    };
  } finally {
    for (const child of programs) {
      child.kill();
      await once(child, "exit");
    }
    rmSync(directory, { recursive: true });
  }
}

const namesOf = (devices: number) =>
  Array.from({ length: devices }, (_, index) => ({
    deviceId: `bench-sensor-${index}`,
    bayId: `bench-bay-${index}`,
    key: "none",
  }));

/** proc(5): user and system time are the 14th and 15th fields of stat, in ticks. */
function usageOf(pid: number): { cpuS: number; rssMb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuS: ticks / ticksPerS, rssMb: (Number(fields[21]) * 4_096) / 1e6 };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

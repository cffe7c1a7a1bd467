import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../testing/until.ts";
import { dialSerial } from "./dial-serial.ts";

/**
 * The far end of a pseudo-terminal: it prints the name of the near one, and then sends back each
 * byte plus one, which no echo of the terminal does.
 */
const farEnd = `
import os, pty, sys
far, near = pty.openpty()
print(os.ttyname(near), flush=True)
while True:
    os.write(far, bytes((byte + 1) % 256 for byte in os.read(far, 1024)))
`;

/** One that never reads, as a device that hangs. */
const deafEnd = `
import os, pty, time
far, near = pty.openpty()
print(os.ttyname(near), flush=True)
time.sleep(60)
`;

let python: ChildProcess | undefined;
let line: Duplex | undefined;
afterEach(() => {
  line?.destroy();
  python?.kill("SIGKILL");
});

async function openPair(code = farEnd): Promise<string> {
  python = spawn("python3", ["-c", code], { stdio: ["ignore", "pipe", "inherit"] });
  let name = "";
  python.stdout?.on("data", (chunk) => {
    name += String(chunk);
  });
  return (await until("the pair", () => /^(\S+)\n/.exec(name) ?? undefined))[1] ?? "";
}

const openFiles = (): number => readdirSync("/proc/self/fd").length;

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const isPossible = process.platform === "linux" && hasPython;

describe.skipIf(!isPossible && process.env.PISTA_TEST_REQUIRE !== "all")("a serial line", () => {
  test("carries every byte both ways, raw, and leaves no file open", async () => {
    const path = await openPair();
    const before = openFiles();
    line = await dialSerial({ path, baud: 57_600 })();
    const heard: number[] = [];
    line.on("data", (bytes: Uint8Array) => heard.push(...bytes));
    // Every value, and with them every character that a terminal would act upon.
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    line.write(bytes);
    await until("all of them", () => heard.length === 256);
    expect(heard).toEqual([...bytes].map((byte) => (byte + 1) % 256));
    line.destroy();
    await until("no more files", () => openFiles() === before);
  });

  test("[LG10] a device that takes nothing holds up nothing", async () => {
    line = await dialSerial({ path: await openPair(deafEnd), baud: 57_600 })();
    line.on("error", () => undefined);
    const startMs = performance.now();
    for (let count = 0; count < 100; count++) line.write(new Uint8Array(10_000));
    expect(line.writableLength).toBeGreaterThan(500_000);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test("unplugged, it ends", async () => {
    const path = await openPair();
    line = await dialSerial({ path, baud: 57_600 })();
    let isOver = false;
    line.on("error", () => undefined);
    line.on("end", () => line?.destroy());
    line.on("close", () => {
      isOver = true;
    });
    line.resume();
    python?.kill("SIGKILL");
    await until("its end", () => isOver);
  });

  test("what is no serial line is refused", async () => {
    await expect(dialSerial({ path: "/dev/null", baud: 57_600 })()).rejects.toThrow(/stty/);
    await expect(dialSerial({ path: "/dev/no-such-line", baud: 57_600 })()).rejects.toThrow();
  });
});

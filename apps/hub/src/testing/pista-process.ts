import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type HttpClient } from "./http-client.ts";

const program = fileURLToPath(new URL("../../../../bin/pista.js", import.meta.url));

/** Without the settings of whoever runs the tests. */
const environment = (databaseUrl?: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PISTA_|DATABASE_URL$|VITEST)/.test(name)),
  ),
  ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
});

export type Outcome = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs `pista` with these words until it ends. */
export const runPista = (...words: string[]): Promise<Outcome> => runPistaOn(undefined, ...words);

/** The same on the database of a server. */
export function runPistaOn(databaseUrl: string | undefined, ...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: environment(databaseUrl), timeout: 60_000 };
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      // A process that was killed for its time has no code of its own.
      const exitCode = error ? (typeof error.code === "number" ? error.code : -1) : 0;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

export type ServedHub = {
  readonly url: string;
  readonly mqttPort: number;
  readonly greeting: string;
  readonly processId: number | undefined;
  /** Whoever holds the data directory. */
  operator(): HttpClient;
  /** Resolves to the exit code, or to undefined when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | undefined>;
};

/** Starts `pista serve` without the demonstration's children and waits until it greets. */
export const servePista = (directory: string, ...words: readonly string[]): Promise<ServedHub> =>
  servePistaOn(undefined, directory, ...words);

/** The same on the database of a server. */
export async function servePistaOn(
  databaseUrl: string | undefined,
  directory: string,
  ...words: readonly string[]
): Promise<ServedHub> {
  const ports = ["--port", "0", "--mqtt-port", "0", "--no-demo"];
  const child: ChildProcess = spawn(
    process.execPath,
    [program, "serve", "--data", directory, ...ports, ...words],
    { env: environment(databaseUrl), stdio: ["ignore", "pipe", "pipe"] },
  );
  let [stdout, stderr] = ["", ""];
  child.stderr?.on("data", (part: Buffer) => {
    stderr += part.toString("utf8");
  });
  const greeting = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (): void => reject(new Error(`It ended before it greeted: ${stderr}`));
    child.once("exit", fail);
    child.stdout?.on("data", (part: Buffer) => {
      stdout += part.toString("utf8");
      const found = /runs at (\S+) \(devices: MQTT on port (\d+)\)[\s\S]*Ctrl\+C/.exec(stdout);
      if (found) {
        child.off("exit", fail);
        resolve(found);
      }
    });
  });
  const url = greeting[1] ?? "";
  return {
    url,
    mqttPort: Number(greeting[2]),
    greeting: stdout,
    processId: child.pid,
    operator() {
      // The hub itself has written it.
      const { token } = JSON.parse(readFileSync(join(directory, "hub.json"), "utf8")) as {
        token: string;
      };
      return createClient(url, { authorization: `Bearer ${token}` });
    },
    end: (signal) =>
      new Promise((resolve) => {
        child.once("exit", (code) => resolve(code ?? undefined));
        child.kill(signal);
      }),
  };
}

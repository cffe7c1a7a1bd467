import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { chmod, chown, mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A PostgreSQL server of a test's own, on the loopback, with a password and with real syncs. */
export type ServerCluster = {
  /** Where a hub finds the database of this name, which is made when it is asked for first. */
  databaseUrl(name: string): Promise<string>;
  readonly password: string;
  readonly port: number;
  /** "immediate" is as if its machine had lost its power, "fast" is an operator's stop. */
  stop(mode: "fast" | "immediate"): Promise<void>;
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it and removes what it has written. */
  remove(): Promise<void>;
};

const debianFolder = "/usr/lib/postgresql";

/** The newest installed server's programs; Debian keeps them out of the path. */
function findPrograms(): string | undefined {
  if (!existsSync(debianFolder)) return undefined;
  const versions = readdirSync(debianFolder).toSorted((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(debianFolder, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

const programs = findPrograms();

/** False where PostgreSQL is not installed and a test may be left out for it. */
export const canStartCluster = programs !== undefined || process.env.PISTA_TEST_REQUIRE === "all";

/** PostgreSQL refuses to run as root, so a test that does lets it run as its own user. */
const asItsUser = (program: string, words: readonly string[]): [string, string[]] => {
  const path = join(programs ?? debianFolder, program);
  const isRoot = process.getuid?.() === 0;
  return isRoot ? ["runuser", ["-u", "postgres", "--", path, ...words]] : [path, [...words]];
};

async function runProgram(program: string, ...words: readonly string[]): Promise<void> {
  // "/" can be entered by that user, unlike the place where the tests were started.
  await promisify(execFile)(...asItsUser(program, words), { cwd: "/" });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Makes a cluster and starts it: a second or two. */
export async function startCluster(): Promise<ServerCluster> {
  if (!programs) throw new Error(`There is no PostgreSQL server in ${debianFolder}.`);
  const directory = await mkdtemp(join(tmpdir(), "pista-postgres-"));
  const data = join(directory, "data");
  const password = randomBytes(12).toString("hex");
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, password);
  if (process.getuid?.() === 0) {
    const idOf = (flag: string): number =>
      Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    await chown(directory, idOf("-u"), idOf("-g"));
    await chmod(directory, 0o755);
  }
  await runProgram(
    ...(["initdb", "--pgdata", data, "--username", "pista", "--auth", "scram-sha-256"] as const),
    ...["--pwfile", passwordFile, "--encoding", "UTF8", "--locale", "C", "--no-sync"],
  );
  const port = await findFreePort();
  const socket = `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nport = ${port}\n`;
  appendFileSync(join(data, "postgresql.conf"), socket);
  const made = new Set<string>();
  const stop = (mode: string): Promise<void> =>
    runProgram("pg_ctl", "stop", "--pgdata", data, "--wait", "--mode", mode);
  const start = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const log = join(directory, "log");
    await runProgram(
      ...(["pg_ctl", "start", "--pgdata", data, "--wait", "--log", log] as const),
      ...(options.length > 0 ? ["--options", options.join(" ")] : []),
    );
  };
  await start();
  // Whoever runs the tests may end them early; the server would outlive them.
  const stopNow = (): void => {
    execFileSync(...asItsUser("pg_ctl", ["stop", "--pgdata", data, "--mode", "immediate"]), {
      cwd: "/",
      stdio: "ignore",
    });
  };
  process.once("exit", stopNow);
  return {
    password,
    port,
    async databaseUrl(name) {
      const url = `postgresql://pista:${password}@127.0.0.1:${port}`;
      if (!made.has(name)) await runProgram("createdb", `--maintenance-db=${url}/postgres`, name);
      made.add(name);
      return `${url}/${name}`;
    },
    stop,
    start,
    async remove() {
      process.off("exit", stopNow);
      await stop("immediate");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

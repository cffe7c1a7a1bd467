import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Turin, 239 m above the sea, the nose to the north. */
const home = "45.0703,7.6869,239,0";

/** As an owner indoors sets it (LG10); its makers' own would return home. */
const noWayHome = `
FS_THR_ENABLE 3
FENCE_ACTION 2
FS_DR_ENABLE 1
`;

/** No satellites: position, height and velocity from a companion, the heading from its compass. */
const byOdometry = `
GPS1_TYPE 0
VISO_TYPE 1
EK3_SRC1_POSXY 6
EK3_SRC1_VELXY 6
EK3_SRC1_POSZ 6
EK3_SRC1_VELZ 6
`;

export type CopterWires = {
  /** Its first line, in its own words: "tcp:5760" or "udpclient:127.0.0.1:14550". */
  readonly gateway: string;
  /** Where the safety pilot's ground station listens for datagrams. */
  readonly stationPort: number;
  readonly seesByOdometry: boolean;
};

/** ArduPilot's own program, with the simulated quadrotor that it carries in itself. */
export class CopterProgram {
  readonly #directory = mkdtempSync(join(tmpdir(), "pista-copter-"));
  readonly #process: ChildProcess;
  /** The end of what it printed, for whoever asks why it did not fly. */
  output = "";

  /** @param defaults the file of parameters that its makers fly it with. */
  constructor(program: string, defaults: string, wires: CopterWires) {
    const parameters = join(this.#directory, "site.parm");
    writeFileSync(parameters, `${noWayHome}${wires.seesByOdometry ? byOdometry : ""}`);
    const line = [
      ...["--model", "quad", "--speedup", "1", "--home", home, "--wipe"],
      ...["--defaults", `${defaults},${parameters}`],
      ...["--serial0", wires.gateway, "--serial1", `udpclient:127.0.0.1:${wires.stationPort}`],
    ];
    this.#process = spawn(program, line, { cwd: this.#directory });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        this.output = (this.output + bytes.toString("utf8")).slice(-4_000);
      });
    }
  }

  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      this.#process.kill("SIGKILL");
      await once(this.#process, "exit");
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

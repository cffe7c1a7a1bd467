import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import type { Dial } from "./stream-link.ts";

const run = promisify(execFile);
/** "stty" answers at once, or the device hangs. */
const sttyMsMax = 2_000;
const howStty = process.platform === "linux" ? "-F" : "-f";

/**
 * A serial line as a file. POSIX's own `stty` sets it: raw bytes, no echo, the speed, and no waiting
 * for a modem's signals. Node then reads and writes the terminal without blocking, so no native
 * package is needed, and a device that hangs holds up nothing.
 */
export const dialSerial =
  ({ path, baud }: { readonly path: string; readonly baud: number }): Dial =>
  async () => {
    const line = ["raw", "-echo", "clocal", "-crtscts", "-hupcl"];
    await run("stty", [howStty, path, String(baud), ...line], { timeout: sttyMsMax });
    // Not as the terminal that controls this program, and without waiting for a carrier.
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const fd = openSync(path, flags);
    try {
      const stream = new ReadStream(fd);
      // It works on a descriptor of its own; while ours is open an unplugged device keeps its name.
      stream.once("close", () => closeSync(fd));
      return stream;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  };

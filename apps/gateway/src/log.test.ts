import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// The one thread that writes is busy when the log begins, as on a machine that has much to do.
const program = `
  import { pbkdf2 } from "node:crypto";
  const { createGatewayLog } = await import("${new URL("./log.ts", import.meta.url)}");
  pbkdf2("", "", 300_000, 64, "sha512", () => undefined);
  const { log, say } = createGatewayLog("info", "pilotage");
  log.info("first");
  log.fatal("second");
  say("what to do");`;

test("what is said to the terminal comes last, however late the log's own lines are written", async () => {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { env: { ...process.env, UV_THREADPOOL_SIZE: "1" } },
  );
  const lines = stderr.trimEnd().split("\n");
  const said = lines.map((line) => (line.startsWith("{") ? JSON.parse(line).msg : line));
  expect(said).toEqual(["first", "second", "what to do"]);
}, 20_000);

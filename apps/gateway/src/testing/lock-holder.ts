import { writeSync } from "node:fs";
import { GatewayError } from "../errors.ts";
import { lockDirectory } from "../store/directory-lock.ts";

// Takes the directory that its starter names, says how that went, and holds it until it is killed.
try {
  await lockDirectory(process.argv[2] ?? "");
  writeSync(1, "held\n");
  process.stdin.resume();
} catch (error) {
  writeSync(1, error instanceof GatewayError ? `${error.code} ${error.message}\n` : `${error}\n`);
}

import { writeSync } from "node:fs";
import { openDataDirectory } from "../data-directory.ts";
import { StoreError } from "../errors.ts";

// Opens the data directory that its starter names, says how that went, and holds it until its
// starter closes the pipe or kills it.
try {
  const directory = await openDataDirectory(process.argv[2] ?? "");
  writeSync(1, "held\n");
  await new Promise((resolve) => process.stdin.once("end", resolve).resume());
  await directory.release();
  writeSync(1, "released\n");
} catch (error) {
  writeSync(1, error instanceof StoreError ? `${error.code} ${error.details.pid}\n` : `${error}\n`);
}

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "@pista/kernel";
import { openDataDirectory } from "../data-directory.ts";
import { StoreError } from "../errors.ts";

// Takes and leaves the directory many times against others that do the same. Whoever holds it
// makes a file that must not be there yet, so two holders at once cannot miss one another.
const [, , directory = "", seed = "0", roundCount = "0"] = process.argv;
const random = createRandom(Number(seed));
const ownerPath = join(directory, "owner");
let held = 0;
for (let round = 0; round < Number(roundCount); round++) {
  try {
    const data = await openDataDirectory(directory);
    closeSync(openSync(ownerPath, "wx"));
    held += 1;
    await delay(random.integer(4));
    rmSync(ownerPath);
    await data.release();
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "STORE_LOCKED")) {
      writeSync(1, `broken: ${error}\n`);
      process.exit(1);
    }
    await delay(random.integer(8));
  }
}
writeSync(1, `held ${held}\n`);

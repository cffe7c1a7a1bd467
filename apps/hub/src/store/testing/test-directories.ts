import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One template for all tests, kept between runs, since making it takes seconds. */
export const testTemplateCache = fileURLToPath(
  new URL("../../../../../node_modules/.cache/pista", import.meta.url),
);

/** Directories of one test file, which removes them all at its end. */
export function createTestDirectories(): { make(): string; removeAll(): void } {
  const made: string[] = [];
  return {
    make: () => {
      const directory = mkdtempSync(join(tmpdir(), "pista-store-"));
      made.push(directory);
      return directory;
    },
    removeAll: () => {
      for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
    },
  };
}

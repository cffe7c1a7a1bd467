import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The machine's own limit: a bare log that appends batches of 220-byte lines and syncs each. */
export function measureLog(settings: { batch: number; forS: number }): {
  perSecond: number;
  syncMs: number;
} {
  const directory = mkdtempSync(join(tmpdir(), "pista-bench-log-"));
  const file = openSync(join(directory, "log"), "a");
  const block = Buffer.alloc(220 * settings.batch, 0x61);
  const startMs = performance.now();
  let batches = 0;
  while (performance.now() - startMs < settings.forS * 1_000) {
    writeSync(file, block);
    fdatasyncSync(file);
    batches += 1;
  }
  const elapsedMs = performance.now() - startMs;
  closeSync(file);
  rmSync(directory, { recursive: true });
  return {
    perSecond: (batches * settings.batch * 1_000) / elapsedMs,
    syncMs: elapsedMs / batches,
  };
}

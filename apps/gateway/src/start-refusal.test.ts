import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GatewayProcess } from "./testing/gateway-process.ts";
import { until } from "./testing/until.ts";

test("a start that is refused says why in its message, down to the cause", async () => {
  const directory = mkdtempSync(join(tmpdir(), "pista-gateway-"));
  const nobody = "http://127.0.0.1:1";
  const gateway = new GatewayProcess(["--data", directory, "--hub", nobody, "--code", "any"]);
  await until("its end", () => gateway.exitCode !== null, 20_000);
  const told = gateway.find(`The hub at ${nobody} could not be asked`);
  // A port that fetch itself refuses, so that the answer is the same on every machine.
  expect(told?.msg).toContain("bad port");
  expect(gateway.exitCode).toBe(1);
  rmSync(directory, { recursive: true });
}, 30_000);

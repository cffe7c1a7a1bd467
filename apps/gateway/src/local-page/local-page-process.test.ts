import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { systemClock } from "../system-clock.ts";
import { until } from "../testing/until.ts";
import { LocalPageProcess } from "./local-page-process.ts";
import { parseFromLocalPage } from "./messages.ts";

test("[LG10] without its files there is no page, somebody is told why, and it is tried again", async () => {
  const told: string[] = [];
  const nowhere = fileURLToPath(new URL("./nowhere.pem", import.meta.url));
  const page = new LocalPageProcess({
    settings: { host: "127.0.0.1", port: 0, certificateFile: nowhere, keyFile: nowhere },
    clock: systemClock,
    state: () => ({}),
    events: {
      acted: () => undefined,
      listening: () => undefined,
      down: ({ cause }) => told.push(String(cause)),
    },
  });
  page.start();
  await until("two tries", () => told.length >= 2, 20_000);
  expect(told[0]).toContain("ENOENT");
  await page.end();
});

test.each([
  undefined,
  "ask",
  { kind: "act", act: "take-off" },
  { kind: "act" },
  { kind: "release-stop" },
  { kind: "listening", url: 1, fingerprint: "" },
  { kind: "failed", cause: "x".repeat(1_001) },
])("[LG10] what the page's process must not say is not heard: %j", (said) => {
  expect(parseFromLocalPage(said)).toBeUndefined();
});

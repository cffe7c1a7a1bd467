import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
}, 60_000);
afterAll(() => hub.close());

test("too many requests a minute are refused with a problem that says when to come back", async () => {
  let refused = await hub.visitor.send("GET", "/v1/me");
  for (let sent = 1; sent < 1_300 && refused.status === 200; sent += 20) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => hub.visitor.send("GET", "/v1/me")),
    );
    refused = answers.find(({ status }) => status !== 200) ?? refused;
  }
  expect([refused.status, refused.json.code]).toEqual([429, "too-many-requests"]);
  expect(refused.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await hub.visitor.send("GET", "/health")).status).toBe(200);
});

import type { AskView, Transport } from "@pista/contracts";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { AskDeclined, askForLease } from "./ask-for-drone.ts";

type Answer = Partial<AskView> | "lost" | "not-found";

const problem = { type: "", title: "", status: 404, detail: "", code: "not-found" };
const identity = { dtlsFingerprint: "AB", keyThumbprint: "thumb" };

/** A hub that gives these answers, the last of them for ever, and a page that waits for it. */
function askingWith(...answers: Answer[]) {
  const clock = createManualClock();
  const asked: string[] = [];
  const page = new AbortController();
  const transport: Transport = async ({ method, path, body }) => {
    asked.push([method, path, body ?? ""].join(" ").trim());
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === undefined || answer === "lost") throw new TypeError("The line is down.");
    if (answer === "not-found") return { status: 404, text: JSON.stringify(problem) };
    if (method === "DELETE") return { status: 204, text: "" };
    const text = JSON.stringify({ id: "ask-1", lease: null, ...answer });
    return { status: method === "POST" ? 201 : 200, text };
  };
  const parts = { transport, clock, droneId: "drone-1", identity };
  const outcome = askForLease(parts, page.signal).catch((fault: unknown) => fault);
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      clock.advance(1_000);
    }
  };
  return { outcome, asked, page, pass };
}

// The page looks at nothing else of a lease here.
const lease = { id: "lease-2" } as AskView["lease"];

describe("[AU3] an ask for the controls", () => {
  test("waits for consent, and the lease counts from the poll that brought it", async () => {
    const { outcome, asked, pass } = askingWith(
      { state: "waiting" },
      { state: "waiting" },
      { state: "granted", lease },
    );
    await pass(3);
    expect(await outcome).toEqual({ lease, askedAtMs: 2_000 });
    expect(asked).toEqual([
      `POST /v1/drones/drone-1/lease/asks ${JSON.stringify(identity)}`,
      "GET /v1/drones/drone-1/lease/asks/ask-1",
      "GET /v1/drones/drone-1/lease/asks/ask-1",
    ]);
  });

  test.each([
    ["refused", "refused"],
    ["over", "over"],
    // A lease that ended before the page heard of it.
    ["granted", "over"],
  ] as const)("that is %s ends as %s", async (state, declined) => {
    const { outcome, pass } = askingWith({ state: "waiting" }, { state });
    await pass(2);
    expect(await outcome).toMatchObject({ state: declined });
    expect(await outcome).toBeInstanceOf(AskDeclined);
  });

  test("outlives a lost answer, but neither the hub's refusal nor a hub that is gone", async () => {
    const lost = askingWith({ state: "waiting" }, "lost", { state: "granted", lease });
    await lost.pass(3);
    expect(await lost.outcome).toMatchObject({ lease });
    const refused = askingWith({ state: "waiting" }, "not-found");
    await refused.pass(2);
    expect(await refused.outcome).toMatchObject({ problem: { code: "not-found" } });
    const gone = askingWith({ state: "waiting" }, "lost");
    await gone.pass(62);
    expect(await gone.outcome).toBeInstanceOf(TypeError);
  });

  test("that nobody waits for is taken back at once, and not followed", async () => {
    const { outcome, asked, page, pass } = askingWith({ state: "waiting" });
    await pass(1);
    const polls = asked.length;
    page.abort();
    expect(await outcome).toMatchObject({ state: "over" });
    expect(asked.slice(polls)).toEqual(["DELETE /v1/drones/drone-1/lease/asks/ask-1"]);
    await pass(3);
    expect(asked).toHaveLength(polls + 1);
  });

  test("that is granted as nobody waits any more is taken back with its lease", async () => {
    const { outcome, asked, page, pass } = askingWith({ state: "granted", lease });
    page.abort();
    await pass(1);
    expect(await outcome).toMatchObject({ state: "over" });
    expect(asked.at(-1)).toBe("DELETE /v1/drones/drone-1/lease/asks/ask-1");
  });
});

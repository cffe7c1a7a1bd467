import { assetId, defined, trialId } from "@pista/kernel";
import { type Bay, bayId } from "@pista/parking";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertBays } from "../store/inventory.ts";
import { readTrials } from "../store/programme.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
let place: Bay;
beforeAll(async () => {
  hub = await openTestHub();
  place = defined(
    hub.open.context.bays.bayOf(assetId("demo-sensor-0001")),
    "The first bay of the demonstration",
  );
}, 60_000);
afterAll(() => hub.close());

/** Bays beside a bay of the demonstration, so that its trial covers them. */
async function addBays(...names: readonly string[]): Promise<void> {
  const { bays, db } = hub.open.context;
  const added = names.map((name) => ({
    ...place,
    ...{ bayId: bayId(name), label: name, deviceId: undefined },
  }));
  await insertBays(db, added);
  for (const bay of added) bays.add(bay, undefined);
}

const addDevice = (bay: string, more: object = {}) =>
  hub.operator.send("POST", "/v1/devices", {
    body: { model: "M", bayId: bay, trialId: "demo-trial", ...more },
  });

describe("adding sensors", () => {
  test("many at once with one trial are all added, and a steward's suspension with them", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    await addBays(...names);
    const adding = names.map((name) => addDevice(name));
    const path = "/v1/trials/demo-trial";
    const suspended = await hub.operator.send("POST", `${path}/suspend`, { body: { reason: "r" } });
    const answers = await Promise.all(adding);
    expect([suspended.status, ...answers.map(({ status }) => status)]).toEqual([
      200,
      ...names.map(() => 201),
    ]);
    const ids = answers.map(({ json }) => json.id);
    const stored = (await readTrials(hub.open.context.db)).find(({ trialId: id }) => {
      return id === trialId("demo-trial");
    });
    expect(stored?.assetIds).toEqual(expect.arrayContaining(ids));
    expect(stored).toEqual(hub.open.context.permits.trial(trialId("demo-trial")));
    expect(stored?.progress.state).toBe("suspended");
    expect((await hub.operator.send("POST", `${path}/resume`, { body: {} })).status).toBe(200);
  });

  test("a bay and a DevEUI are one sensor's: of many at once one is added", async () => {
    await addBays("one-bay", "two-bay");
    const devEui = "70b3d57ed0055555";
    const answers = await Promise.all([
      addDevice("one-bay", { devEui }),
      addDevice("one-bay"),
      addDevice("two-bay", { devEui }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409]);
    for (const { json } of answers.slice(1)) {
      expect(json.detail).toContain(answers[0]?.json.id);
    }
  });
});

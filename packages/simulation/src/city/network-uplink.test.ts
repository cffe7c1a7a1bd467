import { type LorawanMessage, parseChirpstackUplink, parseThingsStackUplink } from "@pista/formats";
import { epochMs, type Result, toHex } from "@pista/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chirpstackUplink, type NetworkUplink, thingsStackUplink } from "./network-uplink.ts";

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: digits, maxLength: digits })
    .map((characters) => characters.join(""));

const uplinks: fc.Arbitrary<NetworkUplink> = fc.record({
  devEui: hex(16),
  deviceName: fc.constant("demo-sensor-0001"),
  devAddr: hex(8),
  frameCounter: fc.oneof(fc.constant(0), fc.nat(0xffff_ffff)),
  payload: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  receivedAtMs: fc.integer({ min: 0, max: 4e12 }).map(epochMs),
  rssiDbm: fc.integer({ min: -130, max: -30 }),
});

// As it travels: through the text.
const throughText = (json: object): unknown => JSON.parse(JSON.stringify(json));

test.each<[string, (uplink: NetworkUplink) => Result<LorawanMessage, object>]>([
  ["The Things Stack", (uplink) => parseThingsStackUplink(throughText(thingsStackUplink(uplink)))],
  ["ChirpStack", (uplink) => parseChirpstackUplink(throughText(chirpstackUplink(uplink)))],
])("what %s passes on is read as it was sent", (_, pass) => {
  fc.assert(
    fc.property(uplinks, (sent) => {
      const parsed = pass(sent);
      if (!parsed.ok || parsed.value.kind !== "uplink") throw new Error("It was not read.");
      const { payload, session, ...read } = parsed.value.uplink;
      expect(toHex(payload)).toBe(toHex(sent.payload));
      expect(session).not.toBe("");
      expect(read).toEqual({
        devEui: sent.devEui,
        deviceName: sent.deviceName,
        fPort: 2,
        frameCounter: sent.frameCounter,
        epoch: Number.parseInt(sent.devAddr, 16),
        receivedAtMs: sent.receivedAtMs,
        rssiDbm: sent.rssiDbm,
      });
    }),
  );
});

test("every frame has an id of its own, in a UUID's form", () => {
  const [one] = fc.sample(uplinks, 1);
  if (!one) throw new Error("There is no sample.");
  const idOf = (frameCounter: number) =>
    // The writer's own value, a text.
    (chirpstackUplink({ ...one, frameCounter }) as { deduplicationId: string }).deduplicationId;
  const counters = [0, 1, 15, 16, 4_095, 4_096, 65_536, 0xffff_ffff];
  expect(new Set(counters.map(idOf)).size).toBe(counters.length);
  for (const counter of counters) {
    expect(idOf(counter)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});

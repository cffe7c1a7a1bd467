import { toHex } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChirpstackUplink, parseDevEui, parseThingsStackUplink } from "./lorawan-uplink.ts";

/**
 * Written after the description of The Things Stack's JSON, "Uplink Messages"
 * (https://www.thethingsindustries.com/docs/integrations/data-formats/), with values of our own.
 */
const thingsStack = {
  end_device_ids: {
    device_id: "bay-17",
    application_ids: { application_id: "kerb" },
    dev_eui: "70B3D57ED0001A2B",
    join_eui: "70B3D57ED0000000",
    dev_addr: "260B1F0C",
  },
  correlation_ids: ["as:up:01HX"],
  received_at: "2026-11-22T14:32:08.412345678Z",
  uplink_message: {
    session_key_id: "AZNb0Q2xT4mQ==",
    f_port: 2,
    f_cnt: 4711,
    frm_payload: "AQD/",
    decoded_payload: { occupied: true },
    rx_metadata: [
      { gateway_ids: { gateway_id: "roof" }, rssi: -103, channel_rssi: -103, snr: 4.2 },
      { gateway_ids: { gateway_id: "mast" }, rssi: -87, channel_rssi: -87, snr: 9 },
    ],
    settings: { data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7 } } },
    received_at: "2026-11-22T14:32:08.201Z",
  },
};

/**
 * Written after ChirpStack v4's `UplinkEvent` (integration.proto, and
 * https://www.chirpstack.io/docs/chirpstack/integrations/events.html), with values of our own.
 */
const chirpstack = {
  deduplicationId: "0d0f1a52-5a54-4f4e-9a7c-0d7a3d5f3c11",
  time: "2026-11-22T14:32:08.201500723+00:00",
  deviceInfo: {
    tenantName: "City",
    applicationName: "kerb",
    deviceProfileName: "bay sensor",
    deviceName: "bay-17",
    devEui: "70b3d57ed0001a2b",
    tags: {},
  },
  devAddr: "260b1f0c",
  adr: true,
  dr: 5,
  fCnt: 4711,
  fPort: 2,
  confirmed: false,
  data: "AQD/",
  rxInfo: [
    { gatewayId: "0016c001f153a14c", uplinkId: 1, rssi: -87, snr: 9 },
    { gatewayId: "0016c001ff10a235", uplinkId: 2, rssi: -103, snr: 4.2 },
  ],
  txInfo: { frequency: 868_100_000 },
};

const read = {
  "The Things Stack": () => parseThingsStackUplink(thingsStack),
  ChirpStack: () => parseChirpstackUplink(chirpstack),
};

describe("an uplink of either server is the same value", () => {
  test.each(Object.entries(read))("%s", (_, parse) => {
    const parsed = parse();
    if (!parsed.ok || parsed.value.kind !== "uplink") throw new Error("It was not read.");
    const { payload, session, ...rest } = parsed.value.uplink;
    expect(toHex(payload)).toBe("0100ff");
    expect(["AZNb0Q2xT4mQ==", "260b1f0c"]).toContain(session);
    expect(rest).toEqual({
      devEui: "70b3d57ed0001a2b",
      deviceName: "bay-17",
      fPort: 2,
      frameCounter: 4711,
      epoch: 0x260b1f0c,
      receivedAtMs: Date.parse("2026-11-22T14:32:08.201Z"),
      rssiDbm: -87,
    });
  });

  test("what a server leaves out is nought: the first frame of a session has no counter", () => {
    const { f_cnt, rx_metadata, session_key_id, ...message } = thingsStack.uplink_message;
    const parsed = parseThingsStackUplink({ ...thingsStack, uplink_message: message });
    expect(parsed).toMatchObject({
      value: { uplink: { frameCounter: 0, rssiDbm: undefined, session: "260B1F0C" } },
    });
  });
});

describe("what says nothing of a bay is told apart from what is broken", () => {
  const { uplink_message, ...joined } = thingsStack;
  const { rxInfo, txInfo, data, fCnt, fPort, ...status } = chirpstack;
  const withoutData = { ...uplink_message, frm_payload: undefined };
  test.each<[string, object, typeof parseThingsStackUplink]>([
    ["a join", { ...joined, join_accept: { session_key_id: "AZN" } }, parseThingsStackUplink],
    ["a frame without data", { ...joined, uplink_message: withoutData }, parseThingsStackUplink],
    ["a status", { ...status, margin: 10, batteryLevel: 88.5 }, parseChirpstackUplink],
    ["a frame of the network's own", { ...chirpstack, fPort: 0 }, parseChirpstackUplink],
    ["a frame without a port", { ...chirpstack, fPort: null }, parseChirpstackUplink],
  ])("%s", (_, json, parse) => {
    expect(parse(json)).toEqual({ ok: true, value: { kind: "other" } });
  });

  test.each<[string, object, string]>([
    ["no device", { deviceInfo: undefined }, "deviceInfo"],
    ["a short EUI", { deviceInfo: { devEui: "70b3" } }, "deviceInfo.devEui"],
    ["a counter below nought", { fCnt: -1 }, "fCnt"],
    ["a counter beyond 32 bits", { fCnt: 2 ** 32 }, "fCnt"],
    ["a port that is a text", { fPort: "2" }, "fPort"],
    ["data that is not base64", { data: "*" }, "data"],
    ["data that no frame carries", { data: "AAAA".repeat(82) }, "data"],
    ["a time that is none", { time: "noon" }, "time"],
  ])("%s is a fault that says where", (_, more, where) => {
    const parsed = parseChirpstackUplink({ ...chirpstack, ...more });
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.fault.detail.split(" ")[0]).toBe(where);
  });

  test("the same holds for The Things Stack", () => {
    for (const json of [null, [], "x", {}, { end_device_ids: [] }]) {
      expect(parseThingsStackUplink(json).ok).toBe(false);
    }
    const parsed = parseThingsStackUplink({ ...thingsStack, uplink_message: [] });
    expect(parsed).toMatchObject({ fault: { detail: "uplink_message is not an object" } });
  });
});

test("an EUI is one in either case, and nothing else is", () => {
  expect(parseDevEui("70B3D57ED0001A2B")).toBe("70b3d57ed0001a2b");
  for (const text of ["", "70b3d57ed0001a2", "70b3d57ed0001a2bb", "70-b3-d5-7e-d0-00-1a"]) {
    expect(parseDevEui(text)).toBeUndefined();
  }
});

test("whatever the JSON, there is an answer", () => {
  const members = { ...thingsStack, ...chirpstack };
  const mutated = fc
    .record(Object.fromEntries(Object.keys(members).map((name) => [name, fc.jsonValue()])), {
      requiredKeys: [],
    })
    .map((more) => ({ ...members, ...more }));
  const insideOut = fc
    .dictionary(fc.constantFrom(...Object.keys(thingsStack.uplink_message)), fc.jsonValue())
    .map((more) => ({
      ...thingsStack,
      uplink_message: { ...thingsStack.uplink_message, ...more },
    }));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), mutated, insideOut), (json) => {
      for (const parse of [parseThingsStackUplink, parseChirpstackUplink]) {
        const parsed = parse(json);
        expect(typeof parsed.ok).toBe("boolean");
      }
    }),
  );
});

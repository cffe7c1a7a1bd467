import { describe, expect, test } from "vitest";
import { parseBindAddress, parseHubUrl, parseNumber, parseVehicleAddress } from "./settings.ts";

describe("settings", () => {
  test("a vehicle over UDP", () => {
    expect(parseVehicleAddress("udp://127.0.0.1:14550")).toEqual({
      kind: "udp",
      host: "127.0.0.1",
      port: 14_550,
    });
    expect(parseVehicleAddress("udp://[::1]:14550").host).toBe("::1");
  });

  test.each(["tcp://host:5760", "serial:/dev/ttyACM0:921600"])(
    "%s is refused, and says what is supported",
    (text) => {
      expect(() => parseVehicleAddress(text)).toThrow(/over UDP only.*udp:\/\/127\.0\.0\.1:14550/);
    },
  );

  test.each(["", "udp://host", "udp://host:99999", "udp://:14550", "http://host:1"])(
    "%j is no vehicle's address",
    (text) => {
      expect(() => parseVehicleAddress(text)).toThrow(/must be written like/);
    },
  );

  test("a hub speaks HTTP", () => {
    expect(parseHubUrl("https://hub.example:8443").host).toBe("hub.example:8443");
    expect(() => parseHubUrl("ws://hub.example")).toThrow(/--hub/);
  });

  test("numbers and addresses are looked at", () => {
    expect(parseNumber("--deceleration", "1.5", { from: 0.1, to: 20 })).toBe(1.5);
    for (const text of ["", "x", "NaN", "0", "21"]) {
      expect(() => parseNumber("--deceleration", text, { from: 0.1, to: 20 })).toThrow();
    }
    expect(parseBindAddress("192.0.2.7")).toBe("192.0.2.7");
    expect(() => parseBindAddress("here")).toThrow(/--bind-address/);
  });
});

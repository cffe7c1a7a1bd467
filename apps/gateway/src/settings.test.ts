import { describe, expect, test } from "vitest";
import {
  parseBindAddress,
  parseEarthOrigin,
  parseHubUrl,
  parseLocalPage,
  parseNumber,
  parseVehicleAddress,
} from "./settings.ts";

describe("settings", () => {
  test("a vehicle over UDP, TCP and a serial line", () => {
    expect(parseVehicleAddress("udp://127.0.0.1:14550")).toEqual({
      kind: "udp",
      host: "127.0.0.1",
      port: 14_550,
      text: "udp://127.0.0.1:14550",
    });
    expect(parseVehicleAddress("udp://[::1]:14550")).toMatchObject({ host: "::1" });
    expect(parseVehicleAddress("tcp://drone.local:5760")).toMatchObject({
      kind: "tcp",
      host: "drone.local",
      port: 5_760,
    });
    expect(parseVehicleAddress("serial:/dev/ttyACM0:921600")).toMatchObject({
      kind: "serial",
      path: "/dev/ttyACM0",
      baud: 921_600,
    });
  });

  test("[AU1] of several vehicles on one line one is chosen by its system id", () => {
    const lines = ["udp://0.0.0.0:14550", "tcp://drone.local:5760", "serial:/dev/ttyACM0:57600"];
    for (const line of lines) {
      expect(parseVehicleAddress(line).systemId).toBeUndefined();
      const chosen = parseVehicleAddress(`${line}?system=255`);
      expect(chosen).toEqual({ ...parseVehicleAddress(line), systemId: 255, text: chosen.text });
    }
  });

  test.each([
    "",
    "udp://host",
    "udp://host:99999",
    "udp://:14550",
    "http://host:1",
    "tcp://host",
    "serial:ttyACM0:921600",
    "serial:/dev/ttyACM0",
    "serial:/dev/ttyACM0:1",
    "udp://127.0.0.1:14550?system=",
    "udp://127.0.0.1:14550?system=0",
    "udp://127.0.0.1:14550?system=256",
    "udp://127.0.0.1:14550?system=1?system=2",
    "udp://127.0.0.1:14550?sysid=2",
  ])("%j is no vehicle's address", (text) => {
    expect(() => parseVehicleAddress(text)).toThrow(/--vehicle must be written like/);
    expect(() => parseVehicleAddress(text, "--odometry")).toThrow(/--odometry must be/);
  });

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

  test("[AU4] the local page is served over TLS or not at all", () => {
    const files = { certificate: "/etc/pista/cert.pem", key: "/etc/pista/key.pem" };
    expect(parseLocalPage("[::]:8443", files)).toEqual({
      ...{ host: "::", port: 8_443 },
      ...{ certificateFile: files.certificate, keyFile: files.key },
    });
    const none = { certificate: undefined, key: undefined };
    expect(() => parseLocalPage("0.0.0.0:8443", none)).toThrow(/--local-page-cert/);
    expect(() => parseLocalPage("0.0.0.0:8443", { ...files, key: undefined })).toThrow();
    for (const text of ["", "8443", "0.0.0.0", "0.0.0.0:99999", "https://host:1"])
      expect(() => parseLocalPage(text, files)).toThrow(/--local-page must be written like/);
  });

  test("[LG9] where the local frame begins is three numbers", () => {
    expect(parseEarthOrigin("45.0703, 7.6869, 239")).toEqual({
      latitudeDeg: 45.0703,
      longitudeDeg: 7.6869,
      altitudeM: 239,
    });
    for (const text of ["", "45.07", "45.07,7.68", "91,7,0", "45,7,0,1", "45,,0"]) {
      expect(() => parseEarthOrigin(text)).toThrow(/--earth-origin/);
    }
  });
});

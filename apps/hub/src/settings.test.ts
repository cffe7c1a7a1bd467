import { describe, expect, test } from "vitest";
import { isLoopback, readSettings } from "./settings.ts";

describe("settings", () => {
  test("without any the hub is on the loopback with its demonstration", () => {
    const { host, port, mqttPort, withDemonstration, tls, behindProxy } = readSettings({}, {});
    expect([host, port, mqttPort]).toEqual(["127.0.0.1", 8080, 1883]);
    expect([withDemonstration, tls, behindProxy]).toEqual([true, undefined, false]);
  });

  test("the command line comes before the environment", () => {
    const environment = {
      PISTA_HOST: "::1",
      PISTA_PORT: "1",
      PISTA_MQTT_PORT: "2",
      PISTA_DATA: "/e",
      PISTA_DEMO: "0",
    };
    expect(readSettings({}, environment)).toMatchObject({
      host: "::1",
      port: 1,
      mqttPort: 2,
      dataDirectory: "/e",
      withDemonstration: false,
    });
    const options = { host: "localhost", port: "3", mqttPort: "4", data: "/o", demo: false };
    expect(readSettings(options, environment)).toMatchObject({
      host: "localhost",
      port: 3,
      mqttPort: 4,
      dataDirectory: "/o",
    });
  });

  test.each(["0.0.0.0", "::", "192.0.2.1", "127.evil.invalid", "", "::ffff:127.0.0.1", "hub"])(
    "the address %j is open to others, so it needs TLS or a proxy",
    (host) => {
      expect(() => readSettings({ host }, {})).toThrow(
        /--tls-cert and --tls-key, or --behind-proxy/,
      );
      expect(() => readSettings({}, { PISTA_HOST: host })).toThrow(/in the clear/);
      expect(readSettings({ host, behindProxy: true }, {}).host).toBe(host);
      expect(readSettings({ host, tlsCert: "/c", tlsKey: "/k" }, {}).tls).toEqual({
        certificateFile: "/c",
        keyFile: "/k",
      });
    },
  );

  test("a certificate without its key is no TLS", () => {
    expect(() => readSettings({ tlsCert: "/c" }, {})).toThrow(/go together/);
    expect(() => readSettings({ tlsKey: "/k" }, {})).toThrow(/go together/);
  });

  test.each(["-1", "65536", "80.5", "http", "", " 80", "0x50", "1e3", "123456"])(
    "the port %j is refused, with the flag's name",
    (port) => {
      expect(() => readSettings({ port }, {})).toThrow(/--port takes a port/);
      expect(() => readSettings({ mqttPort: port }, {})).toThrow(/--mqtt-port takes a port/);
    },
  );

  test("reports are kept for 90 days, or for as long as is said, but not less than repeats need", () => {
    const kept = (option: string | undefined, environment: Record<string, string> = {}) =>
      readSettings(option === undefined ? {} : { keepReportsDays: option }, environment)
        .keepReportsDays;
    expect([
      kept(undefined),
      kept("30"),
      kept(undefined, { PISTA_KEEP_REPORTS_DAYS: "4" }),
    ]).toEqual([90, 30, 4]);
    for (const days of ["3", "0", "-1", "7.5", "", "forever", "100000"]) {
      expect(() => kept(days)).toThrow(/--keep-reports-days takes a number of days from 4/);
    }
  });

  test("what this version cannot do is refused, not ignored", () => {
    expect(() => readSettings({}, { PISTA_DEMO: "perhaps" })).toThrow(/PISTA_DEMO takes 1 or 0/);
  });

  test("DATABASE_URL chooses a server; what is wrong with it is told without its password", () => {
    const chosen = (text: string) => readSettings({}, { DATABASE_URL: text }).databaseUrl;
    for (const url of [
      "postgres://u:p@db:5432/pista",
      "postgresql:///pista?host=/run/postgresql",
    ]) {
      expect(chosen(url)).toBe(url);
    }
    expect([chosen(""), readSettings({}, {}).databaseUrl]).toEqual([undefined, undefined]);
    for (const url of ["mysql://u:secret@db/pista", "postgres://u:secret@db:x/pista", "secret"]) {
      const message = /^DATABASE_URL takes postgresql:(?!.*secret)/;
      expect(() => chosen(url)).toThrow(message);
    }
  });

  test("a feed is polled only where a setting names it, by default on the public network alone", () => {
    const url = "https://opendata.5t.torino.it/get_pk";
    const environment = { PISTA_FEED_TURIN_CAR_PARKS: url, PISTA_FEEDS_MAY_REACH_PRIVATE: "1" };
    expect(readSettings({}, {}).feeds).toEqual({
      turinCarParksUrl: undefined,
      mayReachPrivate: false,
    });
    expect(readSettings({ feedTurinCarParks: url }, {}).feeds.turinCarParksUrl).toBe(url);
    expect(readSettings({}, environment).feeds).toEqual({
      turinCarParksUrl: url,
      mayReachPrivate: true,
    });
    expect(() => readSettings({}, { PISTA_FEEDS_MAY_REACH_PRIVATE: "perhaps" })).toThrow(
      /PISTA_FEEDS_MAY_REACH_PRIVATE takes 1 or 0/,
    );
    for (const wrong of ["feed", "ftp://feed.invalid/", "https://me:secret@feed.invalid/"]) {
      const message = /^--feed-turin-car-parks takes a URL(?!.*secret)/;
      expect(() => readSettings({ feedTurinCarParks: wrong }, {})).toThrow(message);
    }
  });

  test("the loopback is 127.0.0.0/8, ::1 and localhost", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
    expect(["128.0.0.1", "127.0.0", "localhost.invalid", "::2"].some(isLoopback)).toBe(false);
  });
});

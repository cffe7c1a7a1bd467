import { readdirSync } from "node:fs";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GatewayProcess } from "./testing/gateway-process.ts";
import { closeSite, fly, openSite, type Site, siteIsReady, takeControl } from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** The whole program, as it is killed, cut off and begun anew around the rotation of a key. */
describe("[AU8] keys of a gateway", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
    await siteIsReady(site);
  }, 40_000);
  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  const begin = (): void => {
    site.gateway = new GatewayProcess(site.arguments);
  };
  const killed = async (): Promise<void> => {
    site.gateway.kill("SIGKILL");
    await until("the gateway's death", () => !site.hub.isJoined);
  };
  const serials = (): unknown[] =>
    site.gateway.lines.flatMap((line) =>
      line.msg.includes("new lease key is pinned") ? [line.serial] : [],
    );

  test("[AU8] the lease key is rotated in flight, and the flight goes on by the same lease", async () => {
    const { page, leaseId } = await takeControl(site, 1, 3_000);
    await fly(site, { page });
    site.hub.rotateLeaseKey();
    await until("the new pin", () => serials().length === 1);
    // 4 s: longer than any lease lives that the old key signed.
    const from = page.beacon?.sequence ?? 0;
    await until("200 beacons", () => (page.beacon?.sequence ?? 0) > from + 200, 15_000);
    expect(site.hub.leaseStates(leaseId)).toEqual(["held"]);
    expect(["no-lease", "lease-expired"]).not.toContain(page.beacon?.lock);
    site.hub.stopRenewing();
    page.close();
  }, 60_000);

  test("[AU8] what was rotated while it was dead is followed when it begins anew", async () => {
    await killed();
    site.hub.rotateLeaseKey();
    site.hub.rotateLeaseKey();
    begin();
    await siteIsReady(site);
    await until("the newest pin", () => serials().includes(3));
    const { page, leaseId } = await takeControl(site, 2);
    expect(site.hub.leaseStates(leaseId)).toEqual(["held"]);
    site.hub.stopRenewing();
    page.close();
  }, 60_000);

  test("[AU8] a rotation that does not follow changes nothing, and is counted", async () => {
    const { hub, gateway } = site;
    hub.say({ op: "lease-key", rotations: ["00".repeat(208)] });
    hub.say({ op: "lease-key", rotations: ["01".repeat(208)] });
    await until("two refusals", () => gateway.count("rotation of the lease key was refused") === 2);
    const refused = gateway.lines.filter(({ msg }) => msg.includes("rotation of the lease key"));
    expect(refused.map((line) => [line.cause, line.refused])).toEqual([
      ["another-key", 1],
      ["malformed-rotation", 2],
    ]);
    const { page, leaseId } = await takeControl(site, 3);
    expect(hub.leaseStates(leaseId)).toEqual(["held"]);
    hub.stopRenewing();
    page.close();
  }, 30_000);

  test("[AU8] its own key is rotated, whatever is cut off on the way", async () => {
    const { hub, directory } = site;
    const keyFiles = () => readdirSync(directory).filter((name) => name.startsWith("gateway-key"));
    const before = hub.gatewayKeyHex;
    const isPinned = "the hub has pinned this gateway's new key";
    const command = new GatewayProcess(["rotate-key", "--data", directory]);
    await until("the command's end", () => command.exitCode === 0, 15_000);
    expect(keyFiles()).toEqual(["gateway-key-next.pem", "gateway-key.pem"]);

    await killed();
    hub.onRotateKey = "cut before the pin";
    begin();
    const tries = () => hub.heard.filter(({ op }) => op === "rotate-key").length;
    await until("several cuts", () => tries() > 3, 15_000);
    // Told once a minute, in words: where it was thrown tells nobody anything.
    const told = site.gateway.lines.filter(({ msg }) => msg === "hub out of reach");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ cause: expect.stringContaining("1006"), leftOut: 0 });
    expect(told[0]?.err).toBeUndefined();
    expect(hub.gatewayKeyHex).toBe(before);

    hub.onRotateKey = "cut after the pin";
    await until("the pin at the hub", () => hub.gatewayKeyHex !== before, 15_000);
    const pinned = hub.gatewayKeyHex;
    expect(keyFiles()).toEqual(["gateway-key-next.pem", "gateway-key.pem"]);

    site.gateway.kill("SIGKILL");
    hub.onRotateKey = "welcome";
    begin();
    await siteIsReady(site);
    await until("the end of it", () => site.gateway.find(isPinned));
    expect(keyFiles()).toEqual(["gateway-key.pem"]);

    await killed();
    begin();
    await siteIsReady(site);
    expect([hub.gatewayKeyHex, keyFiles()]).toEqual([pinned, ["gateway-key.pem"]]);
    expect(site.gateway.find(isPinned)).toBeUndefined();
  }, 90_000);
});

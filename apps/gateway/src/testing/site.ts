import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defined } from "@pista/kernel";
import { parseSigningKey } from "@pista/mavlink";
import { enrolmentCode, FakeHub } from "./fake-hub.ts";
import { px4Personality } from "./fake-personality.ts";
import { FakeVehicle } from "./fake-vehicle.ts";
import { type TcpWire, tcpWire, udpWire } from "./fake-wire.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { PilotPage } from "./pilot-page.ts";
import { until } from "./until.ts";

/** A hub, a vehicle and the gateway between them, all on free ports of this machine. */
export type Site = {
  readonly hub: FakeHub;
  readonly vehicle: FakeVehicle;
  readonly directory: string;
  readonly arguments: readonly string[];
  gateway: GatewayProcess;
};

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** An ArduPilot Copter that sends datagrams to the gateway. */
export async function openSite(options: readonly string[] = []): Promise<Site> {
  const port = await freeUdpPort();
  const vehicle = new FakeVehicle(udpWire(port));
  return openSiteWith(vehicle, ["--vehicle", `udp://127.0.0.1:${port}`, ...options]);
}

const keyHex = "5a".repeat(32);
/** Of the sites that sign. */
export const siteKey = defined(parseSigningKey(Buffer.from(keyHex, "hex")), "A key of 32 bytes");

/** A PX4 vehicle that listens for the gateway, and signs. */
export async function openPx4Site(
  options: readonly string[] = [],
): Promise<Site & { readonly wire: TcpWire }> {
  const wire = await tcpWire();
  const vehicle = new FakeVehicle(wire, px4Personality, siteKey);
  const where = ["--vehicle", `tcp://127.0.0.1:${wire.port}`, ...options];
  const site = await openSiteWith(vehicle, where, keyHex);
  return Object.assign(site, { wire });
}

async function openSiteWith(
  vehicle: FakeVehicle,
  options: readonly string[],
  keyHex?: string,
): Promise<Site> {
  const directory = mkdtempSync(join(tmpdir(), "pista-gateway-"));
  const hub = new FakeHub();
  await hub.open();
  vehicle.start();
  const address = [
    ...["--hub", `http://127.0.0.1:${hub.port}`, ...options],
    ...["--data", directory, "--bind-address", "127.0.0.1"],
  ];
  if (keyHex) {
    const keyFile = join(directory, "mavlink.key");
    writeFileSync(keyFile, keyHex, { mode: 0o600 });
    address.push("--mavlink-key-file", keyFile);
  }
  const gateway = new GatewayProcess([...address, "--code", enrolmentCode]);
  return { hub, vehicle, directory, arguments: address, gateway };
}

export async function closeSite(site: Site): Promise<void> {
  await site.gateway.end();
  site.hub.close();
  site.vehicle.close();
  rmSync(site.directory, { recursive: true, force: true });
}

export async function siteIsReady({ hub, gateway }: Site): Promise<void> {
  await until("the gateway at the hub", () => hub.isJoined, 15_000);
  await until("the vehicle", () => gateway.find("vehicle heard"));
  await until("media", () => gateway.find("media is ready"), 15_000);
}

export type Flight = { readonly page: PilotPage; readonly leaseId: string };

/** A pilot with a lease, proved, with sticks that act: out of hold and at the top of the ladder. */
export async function takeControl(
  { hub }: Pick<Site, "hub">,
  epoch: number,
  livesMs?: number,
): Promise<Flight> {
  const page = new PilotPage();
  await page.gathered();
  const leaseId = hub.lease(epoch, page.identity, livesMs);
  await connect({ hub }, { page, leaseId }, epoch);
  page.startFlying();
  return { page, leaseId };
}

export async function connect(
  { hub }: Pick<Site, "hub">,
  { page, leaseId }: Flight,
  epoch: number,
): Promise<void> {
  const answer = await hub.offer(leaseId, page.offer);
  if (answer.sdp === null) throw new Error(`The offer was refused: ${answer.cause}.`);
  page.accept(answer.sdp);
  const challenge = await until("the challenge", () => page.challenge);
  page.prove({ leaseId, epoch }, challenge);
  await until("the welcome", () => page.epoch === epoch);
}

/**
 * Takes off and waits until the pilot's sticks act. On a busy machine commands may grow old on the
 * way up, and the guard is right to break the take-off off; then it is asked for again.
 */
export async function fly(
  { vehicle }: { readonly vehicle: { readonly landed: boolean } },
  { page }: Pick<Flight, "page">,
): Promise<void> {
  const isFlying = (): boolean => page.beacon?.phase === "flying" && !vehicle.landed;
  while (!isFlying()) {
    await until("the ground and a link", () => isFlying() || isReadyToTakeOff(page), 15_000);
    if (!isFlying()) await page.command({ op: "take-off" });
    await until("an end of the take-off", () => page.beacon?.phase !== "taking-off", 20_000);
  }
  await until("free sticks", () => page.beacon?.lock === undefined);
}

export const isReadyToTakeOff = ({ beacon }: PilotPage): boolean =>
  beacon?.phase === "grounded" && beacon.lock === undefined;

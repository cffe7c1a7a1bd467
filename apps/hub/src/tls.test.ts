import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqttClient from "mqtt";
import { expect, test, vi } from "vitest";
import { mqttLimits } from "./intake/mqtt-limits.ts";
import { canMakeCertificate, makeCertificate } from "./testing/certificate.ts";
import { runPista, servePista } from "./testing/pista-process.ts";
import { connectPacket, openRawMqtt } from "./testing/raw-mqtt.ts";
import { makeDirectory, openTestHub } from "./testing/test-hub.ts";

const mayBeMissing = process.env.PISTA_TEST_REQUIRE !== "all";
const testWithTls = test.skipIf(!canMakeCertificate && mayBeMissing);

testWithTls(
  "with a certificate every door has TLS, also the devices'",
  async () => {
    const files = mkdtempSync(join(tmpdir(), "pista-tls-"));
    const directory = makeDirectory();
    const tls = makeCertificate(files);
    const hub = await openTestHub({ directory, settings: { tls } });
    const { email, password } = hub.account("admin");
    const answer = await hub.visitor.send("POST", "/v1/sign-in", { body: { email, password } });
    expect(answer.headers.get("set-cookie")).toMatch(/; Secure/);
    expect(answer.headers.get("strict-transport-security")).toMatch(/max-age/);

    // [IN5] Whoever begins no handshake gives way to whoever does.
    const silent = await silentSockets(hub.mqttPort, mqttLimits.strangersMax + 50);
    const gaveWay = () => expect(silent.filter(({ closed }) => closed)).toHaveLength(50);
    await vi.waitFor(gaveWay, { timeout: 8_000 });
    const id = "demo-sensor-0001";
    const device = await mqttClient.connectAsync(`mqtts://127.0.0.1:${hub.mqttPort}`, {
      protocolVersion: 5,
      clientId: id,
      username: id,
      password: hub.deviceKey(id),
      ca: readFileSync(tls.certificateFile),
      reconnectPeriod: 0,
    });
    const report = { state: "free", observedAt: new Date().toISOString(), counter: 1 };
    await device.publishAsync(`pista/v1/${id}/report`, JSON.stringify(report), { qos: 1 });
    await device.endAsync();
    for (const socket of silent) socket.destroy();
    const plain = await openRawMqtt(hub.mqttPort);
    plain.send(connectPacket(id, hub.deviceKey(id)));
    await plain.closed();
    expect(plain.received).toEqual([]);
    await hub.close();

    const served = await servePista(
      ...[directory, "--host", "0.0.0.0"],
      ...["--tls-cert", tls.certificateFile, "--tls-key", tls.keyFile],
    );
    expect(served.url).toMatch(/^https:/);
    const admin = await runPista("admin", "add", "a@test.invalid", "--json", "--data", directory);
    expect([admin.exitCode, admin.stderr]).toEqual([0, ""]);
    expect(await served.end("SIGTERM")).toBe(0);
    for (const made of [files, directory]) rmSync(made, { recursive: true, force: true });
  },
  60_000,
);

const silentSockets = (port: number, count: number): Promise<Socket[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: "127.0.0.1" });
      // Cut off by the hub: that is what is looked at.
      socket.on("error", () => socket.destroy());
      await once(socket, "connect");
      return socket.resume();
    }),
  );

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetId, organisationId, trialId } from "@pista/kernel";
import { bayId, zoneId } from "@pista/parking";
import { pino } from "pino";
import { composeHub } from "../apps/hub/src/compose.ts";
import {
  demonstrationSite,
  demonstrationTrial,
} from "../apps/hub/src/demonstration/demonstration-city.ts";
import { openHub } from "../apps/hub/src/open-hub.ts";
import { readSettings } from "../apps/hub/src/settings.ts";
import { insertAsset } from "../apps/hub/src/store/assets.ts";
import { upsertHookSecret } from "../apps/hub/src/store/device-models.ts";
import { insertBays } from "../apps/hub/src/store/inventory.ts";
import { insertOrganisation } from "../apps/hub/src/store/people.ts";
import { insertSite, insertTrial } from "../apps/hub/src/store/programme.ts";
import { insertOtherBays, reportOfOthers } from "./other-bays.ts";

/**
 * A whole hub in a process of its own, with as many sensors as asked, each with its bay, and as many
 * bays more. It is told apart from `pista serve` by nothing but its inventory.
 */
const deviceCount = Number(process.argv[2] ?? "50");
const otherBays = Number(process.argv[3] ?? "0");
const dataDirectory = await mkdtemp(join(tmpdir(), "pista-bench-"));
const log = pino({ level: "error" }, pino.destination({ dest: 2 }));
const settings = readSettings(
  { data: dataDirectory, demo: false, port: "0", mqttPort: "0" },
  { DATABASE_URL: process.env.DATABASE_URL },
);

const seeding = await openHub(settings, log);
const owner = organisationId("bench");
const devices = Array.from({ length: deviceCount }, (_, index) => ({
  deviceId: assetId(`bench-sensor-${index}`),
  bayId: bayId(`bench-bay-${index}`),
  key: randomBytes(32).toString("base64url"),
}));
const hook = { trialId: "bench", secret: randomBytes(32).toString("base64url") };
const nowMs = seeding.context.clock.nowMs();
await seeding.context.db.transaction().execute(async (transaction) => {
  await insertOrganisation(transaction, { organisationId: owner, name: "Bench" });
  await transaction
    .insertInto("zone")
    .values({ id: "bench", organisation_id: owner, name: "Bench" })
    .execute();
  for (const { deviceId, key } of devices) {
    await insertAsset(transaction, {
      assetId: deviceId,
      organisationId: owner,
      kind: "sensor",
      name: deviceId,
      model: "bench",
      keyHash: seeding.context.hasher.hash("device-key", key),
    });
  }
  const [corner] = demonstrationSite.ring;
  const lngDeg = (corner?.lngDeg ?? 0) + 0.0005;
  const latDeg = (corner?.latDeg ?? 0) + 0.0005;
  await insertBays(
    transaction,
    devices.map(({ deviceId, bayId: id }) => ({
      bayId: id,
      zoneId: zoneId("bench"),
      organisationId: owner,
      label: id,
      kerb: [
        { lngDeg, latDeg },
        { lngDeg, latDeg },
      ],
      deviceId,
    })),
  );
  await insertSite(transaction, demonstrationSite, owner);
  await insertTrial(
    transaction,
    {
      ...demonstrationTrial(nowMs),
      trialId: trialId("bench"),
      organisationId: owner,
      assetIds: devices.map(({ deviceId }) => deviceId),
      grants: [],
    },
    nowMs,
  );
  await upsertHookSecret(transaction, {
    trialId: trialId(hook.trialId),
    organisationId: owner,
    secretHash: seeding.context.hasher.hash("hook-secret", hook.secret),
    atMs: nowMs,
  });
});
await insertOtherBays(seeding.database, otherBays);
await seeding.database.close();

const startMs = performance.now();
const open = await openHub(settings, log);
const hub = await composeHub(settings, open, log);
const ports = await hub.listen();
const startedInMs = performance.now() - startMs;
reportOfOthers(open.context.bays, { count: otherBays, nowMs: open.context.clock.nowMs() });
process.send?.({ ...ports, devices, hook, startedInMs });

process.on("message", (message) => {
  if (message === "usage")
    process.send?.({ usage: process.resourceUsage(), rss: process.memoryUsage.rss() });
});
process.on("disconnect", async () => {
  await hub.close();
  await rm(dataDirectory, { recursive: true, force: true });
  process.exit(0);
});

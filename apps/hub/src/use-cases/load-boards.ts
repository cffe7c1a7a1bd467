import { readAssets, readGateways } from "../store/assets.ts";
import { readBays, readCarParks } from "../store/inventory.ts";
import { readOpenLeases } from "../store/leases.ts";
import { readPeople } from "../store/people.ts";
import { readSites, readTrials } from "../store/programme.ts";
import { readEvidence } from "../store/reports.ts";
import type { HubContext } from "./context.ts";
import { createRegistry, type Registry } from "./devices.ts";
import type { LeaseInForce } from "./lease-desk.ts";

/** [BS3] Fills the boards from the store: a restart shows what was shown before. */
export async function loadBoards(context: HubContext): Promise<Registry> {
  const { bays, carParks, db, drones, permits } = context;
  const inventory = await readBays(db);
  const evidence = await readEvidence(
    db,
    inventory.map(({ bayId }) => bayId),
  );
  for (const bay of inventory) bays.add(bay, evidence.get(bay.bayId));
  carParks.put(await readCarParks(db));
  permits.load({ trials: await readTrials(db), sites: await readSites(db) });
  const registry = createRegistry(await readAssets(db), await readGateways(db));
  for (const asset of registry.assets()) {
    if (asset.kind !== "drone") continue;
    const trial = permits.trials().find(({ assetIds }) => assetIds.includes(asset.assetId));
    const site = trial && permits.site(trial.site.siteId, trial.site.version);
    const { assetId, name } = asset;
    drones.add({ assetId, name, trialId: trial?.trialId ?? null, origin: site?.indoor?.origin });
    const gateway = registry.gatewayOf(assetId);
    if (gateway?.publicKey) drones.setGateway(assetId, "offline");
  }
  return registry;
}

/** [AU2] Leases whose end was not written, with what their pilots may do today. */
export async function loadLeases(context: HubContext): Promise<readonly LeaseInForce[]> {
  const people = new Map((await readPeople(context.db)).map((one) => [one.personId, one]));
  return (await readOpenLeases(context.db)).flatMap(({ lease, isAwaited }) => {
    const pilot = people.get(lease.pilotId);
    if (!pilot) return [];
    const { personId, organisationId, roles, name } = pilot;
    const subject = { kind: "person", personId, organisationId, roles } as const;
    const question = { subject, action: "drone.fly", assetId: lease.assetId } as const;
    const decision = context.permits.decide(question);
    // A denied one is restored too, and taken back at once with its reason.
    const windowEndsAtMs =
      decision.answer === "allow" ? decision.validUntilMs : context.clock.nowMs();
    // [AU3] A handover does not outlive the hub that began it: whoever flew goes on.
    const awaitedUntilMs = isAwaited ? context.clock.nowMs() : undefined;
    return [{ lease, subject, pilotName: name, windowEndsAtMs, awaitedUntilMs }];
  });
}

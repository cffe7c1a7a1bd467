import type { LeaseView } from "@pista/contracts";
import { defined, formatRfc3339 } from "@pista/kernel";
import type { HubContext } from "./context.ts";
import type { LeaseInForce } from "./lease-desk.ts";
import { siteView } from "./trials.ts";

export function leaseView(context: HubContext, held: LeaseInForce): LeaseView {
  const { lease } = held;
  const site = context.permits.site(lease.site.siteId, lease.site.version);
  return {
    id: lease.leaseId,
    droneId: lease.assetId,
    epoch: lease.epoch,
    renewal: lease.renewal,
    expiresAt: formatRfc3339(lease.expiresAtMs),
    windowEndsAt: formatRfc3339(held.windowEndsAtMs),
    speedMpsMax: lease.limits.speedMpsMax,
    view: lease.view,
    site: siteView(defined(site, `Site ${lease.site.siteId} of lease ${lease.leaseId}`)),
  };
}

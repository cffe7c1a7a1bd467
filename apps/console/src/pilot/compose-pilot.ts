import {
  call,
  type LeaseView,
  offerPeer,
  releaseLease,
  renewLease,
  type Transport,
  takeLease,
} from "@pista/contracts";
import type { Clock } from "@pista/kernel";
import { createBrowserMemory } from "../browser-memory.ts";
import { askForLease } from "./ask-for-drone.ts";
import { createBrowserPeers } from "./browser-peer.ts";
import { type PilotHands, watchHands } from "./browser-sticks.ts";
import { loadIdentity, type PilotIdentity } from "./identity.ts";
import { createIdentityStore } from "./identity-store.ts";
import { Pilot } from "./pilot.ts";

export type Cockpit = {
  readonly pilot: Pilot;
  readonly hands: PilotHands;
  /** The lease of before a page refresh, if this page left one in the air. */
  readonly resume: () => void;
  readonly leave: () => void;
};

const memoryName = "pista.lease";

type Remembered = { readonly droneId: string; readonly id: string; readonly fingerprint: string };

/** Joins the pilot of one drone with the browser that it runs in. */
export function composeCockpit(
  droneId: string,
  parts: { readonly transport: Transport; readonly clock: Clock },
): Cockpit {
  const { transport, clock } = parts;
  // Of this tab alone: two tabs of one browser are not the same pilot's page.
  const memory = createBrowserMemory(() => window.sessionStorage);
  const params = { droneId };
  const renew = (leaseId: string): Promise<LeaseView> =>
    call(transport, renewLease, { params, body: { leaseId } });
  const release = (lease: LeaseView): Promise<null> =>
    call(transport, releaseLease, { params, body: { leaseId: lease.id } });

  const hands = watchHands(window, {
    isFlying: () => pilot.view().control.state === "held" || pilot.newestBeacon() !== undefined,
    pressed: (key) => pilot.command(key),
  });
  const pilot = new Pilot({
    clock,
    hands,
    isHidden: () => document.hidden,
    loadIdentity: () => loadIdentity(createIdentityStore(indexedDB), clock.nowMs()),
    peersFor: ({ certificate }) => createBrowserPeers(certificate),
    desk: {
      take: ({ dtlsFingerprint, keyThumbprint }) =>
        call(transport, takeLease, { params, body: { dtlsFingerprint, keyThumbprint } }),
      ask: (identity, left) => askForLease({ transport, clock, droneId, identity }, left),
      renew: (lease) => renew(lease.id),
      release,
      passOffer: async (lease, sdp) =>
        (await call(transport, offerPeer, { params, body: { leaseId: lease.id, sdp } })).sdp,
    },
    remember: (lease) =>
      memory.write(memoryName, lease ? JSON.stringify({ droneId, ...lease }) : null),
  });
  const goAway = (): void => pageHidden(pilot);
  window.addEventListener("pagehide", goAway);
  return {
    pilot,
    hands,
    resume() {
      const remembered = parseRemembered(memory.read(memoryName));
      if (remembered?.droneId !== droneId) return;
      void pilot.take((identity: PilotIdentity) =>
        // Another certificate is another pilot, whom the gateway would not let in.
        identity.dtlsFingerprint === remembered.fingerprint
          ? renew(remembered.id)
          : Promise.reject(new Error("The browser did not keep the pilot's certificate.")),
      );
    },
    leave() {
      window.removeEventListener("pagehide", goAway);
      hands.end();
      // Nobody is left to tell; where the hub cannot be reached, the lease runs out by itself.
      pilot.release().catch(() => undefined);
      pilot.abandon();
    },
  };
}

/**
 * An ask is taken back. On the ground the lease is given back at once. In the air it is kept: a page refresh is the same
 * pilot and goes on; a page that was closed is a lost link, and the guard holds and lands.
 */
function pageHidden(pilot: Pilot): void {
  const { control, beacon } = pilot.view();
  const isGiven = control.state === "held" || control.state === "asking";
  if (!isGiven || (beacon && beacon.phase !== "grounded")) return;
  pilot.release().catch(() => undefined); // The page is going: nobody is left to tell.
}

function parseRemembered(text: string | null): Remembered | undefined {
  if (!text) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Another version's: it is forgotten at the next lease.
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (!("droneId" in value && "id" in value && "fingerprint" in value)) return undefined;
  const { droneId, id, fingerprint } = value;
  return typeof droneId === "string" && typeof id === "string" && typeof fingerprint === "string"
    ? { droneId, id, fingerprint }
    : undefined;
}

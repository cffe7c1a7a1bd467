import {
  ApiRefusal,
  askForDrone,
  call,
  type LeaseView,
  readAsk,
  type Transport,
  withdrawAsk,
} from "@pista/contracts";
import type { Clock, MonotonicMs } from "@pista/kernel";
import type { PilotIdentity } from "./identity.ts";

/** A lease lives from the moment it was asked for, by this page's own clock. */
export type AskedLease = { readonly lease: LeaseView; readonly askedAtMs: MonotonicMs };

/** Whoever flies has refused, nobody answered, or the asker waits no more. */
export class AskDeclined extends Error {
  readonly state: "refused" | "over";

  constructor(state: "refused" | "over") {
    super(`The ask for the drone is ${state}.`);
    this.state = state;
  }
}

const pollMs = 1_000;
/** The hub forgets an ask after a minute. */
const waitMsMax = 60_000;

/**
 * [AU3] Asks for a drone that somebody else flies, and waits for what becomes of it. Whoever does
 * not wait takes the ask back, so that the pilot is not asked by nobody.
 */
export async function askForLease(
  parts: {
    readonly transport: Transport;
    readonly clock: Clock;
    readonly droneId: string;
    readonly identity: Pick<PilotIdentity, "dtlsFingerprint" | "keyThumbprint">;
  },
  left: AbortSignal,
): Promise<AskedLease> {
  const { transport, clock, droneId } = parts;
  const { dtlsFingerprint, keyThumbprint } = parts.identity;
  const body = { dtlsFingerprint, keyThumbprint };
  let askedAtMs = clock.monotonicMs();
  const givenUpAtMs = askedAtMs + waitMsMax;
  let ask = await call(transport, askForDrone, { params: { droneId }, body });
  const params = { droneId, askId: ask.id };
  while (ask.state === "waiting" && !left.aborted) {
    await pause(clock, left);
    if (left.aborted) break;
    askedAtMs = clock.monotonicMs();
    try {
      ask = await call(transport, readAsk, { params });
    } catch (fault) {
      // One answer that got lost on the way is no answer; the hub's own refusal is one.
      if (fault instanceof ApiRefusal || askedAtMs > givenUpAtMs) throw fault;
    }
  }
  if (left.aborted) {
    await call(transport, withdrawAsk, { params });
    throw new AskDeclined("over");
  }
  if (ask.lease) return { lease: ask.lease, askedAtMs };
  throw new AskDeclined(ask.state === "refused" ? "refused" : "over");
}

/** Until the next poll, or until nobody waits. */
const pause = (clock: Clock, left: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      cancel();
      left.removeEventListener("abort", go);
      resolve();
    };
    const cancel = clock.after(pollMs, go);
    left.addEventListener("abort", go);
  });

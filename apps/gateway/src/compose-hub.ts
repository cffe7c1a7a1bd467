import type { Clock } from "@pista/kernel";
import type { Logger } from "pino";
import type { Enrolment } from "./hub/enrolment.ts";
import type { GatewayKey } from "./hub/gateway-key.ts";
import { HubLink } from "./hub/hub-link.ts";
import { LeaseKeyPin } from "./hub/lease-key-pin.ts";
import type { Carrier } from "./pilotage/carrier.ts";
import type { GuardLoop } from "./pilotage/guard-loop.ts";
import type { Reception } from "./pilotage/reception.ts";
import type { FlightRecorder } from "./recorder/flight-recorder.ts";
import { RepeatedTrouble } from "./repeated-trouble.ts";
import type { Settings } from "./settings.ts";
import type { EpochFile } from "./store/epoch-file.ts";
import { TroubleLog } from "./trouble-log.ts";

type Surroundings = { readonly clock: Clock; readonly log: Logger };
type Opened = {
  readonly enrolment: Enrolment;
  readonly key: GatewayKey;
  readonly epochs: EpochFile;
  readonly recorder: FlightRecorder;
};

/** [AU8] The link to the hub, joined with the guard, the record and the keys. */
export function joinHub(
  parts: {
    readonly settings: Pick<Settings, "hubUrl" | "directory">;
    readonly opened: Opened;
    readonly surroundings: Surroundings;
    readonly loop: GuardLoop;
  },
  later: () => { reception: Reception; carrier: Carrier },
): HubLink {
  const { settings, opened, surroundings, loop } = parts;
  const { clock, log } = surroundings;
  const { hubUrl, directory } = settings;
  const { recorder, key, enrolment, epochs } = opened;
  const { gatewayId } = enrolment;
  const pin = new LeaseKeyPin(directory, enrolment);
  const away = new TroubleLog({
    ...{ clock, log, trouble: new RepeatedTrouble("unknown") },
    words: { seen: "hub out of reach", over: "hub connected" },
  });
  const oddities = new RepeatedTrouble("well");
  return new HubLink({
    hubUrl,
    gatewayId,
    leasePublicKeyHex: () => pin.publicKeyHex,
    highestEpoch: () => epochs.highestEpoch,
    prove: (challenge) => key.prove(gatewayId, challenge),
    clock,
    random: Math.random,
    events: {
      up: () => {
        recorder.record({ kind: "hub-up" });
        away.over({ hub: hubUrl.origin });
        later().carrier.hubUp();
        key.accepted().then(
          (isNew) => isNew && log.info("the hub has pinned this gateway's new key"),
          (err) => log.error({ err }, "both of this gateway's keys are kept"),
        );
      },
      rotated: followRotations(pin, loop, surroundings),
      down: (error, retryMs) => {
        recorder.record({ kind: "hub-down", cause: error.message });
        away.seen(error, { retryMs });
      },
      malformed: () => {
        const told = oddities.seen("malformed", clock.monotonicMs());
        if (told) log.warn(told, "the hub sent what the contract does not know");
      },
      lease: (token, hubNowMs, atMs) =>
        loop.hear({ kind: "lease-received", token, hubNowMs, atMs }),
      revoked: (leaseId, reason, atMs) =>
        loop.hear({ kind: "lease-revoked", leaseId, reason, atMs }),
      offer: (offer) => later().reception.offer(offer),
    },
  });
}

/** [AU8] The disk first, then the guard; what does not follow from the pinned key changes nothing. */
function followRotations(
  pin: LeaseKeyPin,
  loop: GuardLoop,
  { clock, log }: Surroundings,
): (rotations: readonly string[]) => Promise<void> {
  let refused = 0;
  return async (rotations) => {
    const followed = await pin.follow(rotations);
    if (!followed.ok) {
      refused += 1;
      log.error({ cause: followed.fault, refused }, "a rotation of the lease key was refused");
      return;
    }
    const { publicKey: leasePublicKey, serial } = followed.value;
    loop.hear({ kind: "lease-key-pinned", leasePublicKey, atMs: clock.monotonicMs() });
    log.info({ serial }, "the hub's new lease key is pinned");
  };
}

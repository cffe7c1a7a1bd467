import {
  type LorawanMessage,
  type LorawanUplink,
  parseChirpstackUplink,
  parseThingsStackUplink,
  type UplinkFault,
} from "@pista/formats";
import { type AssetId, fail, type Purse, type Result, type TrialId } from "@pista/kernel";
import { digestOf, parseJson } from "../intake/report-parser.ts";
import { waitWhile } from "../intake/wait-while.ts";
import type { NetworkServer, UplinkAnswer } from "../intake-answers.ts";
import type { HubContext } from "./context.ts";
import type { Registry } from "./devices.ts";
import type { ReportReceiver } from "./receive-report.ts";

export type UplinkMessage = {
  readonly server: NetworkServer;
  readonly trialId: TrialId;
  readonly body: Uint8Array;
  /** How long it may wait before anything is taken in. */
  readonly withinMs: number;
};

export type UplinkLimits = {
  readonly purseOf: (deviceId: AssetId) => Purse;
  /** [IN5] Whether so much waits for the store, or the codec of its model, that nothing is taken in. */
  readonly isFull: (deviceId: AssetId) => boolean;
};

const parsers: Record<NetworkServer, (json: unknown) => Result<LorawanMessage, UplinkFault>> = {
  tts: parseThingsStackUplink,
  chirpstack: parseChirpstackUplink,
};

/** What a network server passes on, on its way to where every device's message goes. */
export function createUplinkReceiver(
  context: HubContext,
  registry: Registry,
  receiver: ReportReceiver,
  { purseOf, isFull }: UplinkLimits,
): (message: UplinkMessage) => Promise<UplinkAnswer> {
  return async ({ server, trialId, body, withinMs }) => {
    const receivedAtMs = context.clock.nowMs();
    const trial = context.permits.trial(trialId);
    if (trial?.progress.state !== "activated") {
      return { kind: "not-permitted", detail: `trial-${trial?.progress.state ?? "unknown"}` };
    }
    const topic = `hooks/${server}`;
    const json = parseJson(body);
    const parsed = json.ok ? parsers[server](json.value) : fail(json.fault);
    if (!parsed.ok) {
      return receiver.quarantine({ deviceId: null, topic, original: body, fault: parsed.fault });
    }
    if (parsed.value.kind === "other") return { kind: "ignored" };
    const { uplink } = parsed.value;
    const device = registry.deviceOf(uplink.devEui);
    // A trial's secret speaks for the devices of that trial and for no others.
    if (!device || !context.permits.trialsOf(device.assetId).includes(trial)) {
      const detail = `no device of this trial has the EUI ${uplink.devEui}`;
      const fault = { kind: "unknown-device", detail };
      return receiver.quarantine({ deviceId: null, topic, original: body, fault });
    }
    // [IN5] Here it is known who spends: one device's flood leaves its hook to the others.
    const purse = purseOf(device.assetId);
    const debtMs = purse.debtMs();
    if (debtMs > 0) {
      const detail = `The device ${uplink.devEui} sends too much: it is heard again in ${debtMs} ms.`;
      return { kind: "over-budget", detail, debtMs };
    }
    if (!(await waitWhile(() => isFull(device.assetId), withinMs, context.clock))) {
      return {
        kind: "busy",
        detail: "Too much waits for the codec of this device's model, or for the store.",
      };
    }
    purse.spend({ bytes: body.length, messages: 1 });
    const { payload, fPort, epoch, rssiDbm } = uplink;
    return receiver.receiveFrame({
      ...{ deviceId: device.assetId, topic, payload, fPort, epoch, rssiDbm, original: body },
      counter: uplink.frameCounter,
      digest: digestOf(identityOf(uplink)),
      observedAtMs: uplink.receivedAtMs,
      receivedAtMs,
    });
  };
}

/** [IN2] A frame is the same again when all of these are; what the server adds may differ. */
function identityOf({ session, frameCounter, fPort, payload }: LorawanUplink): Uint8Array {
  const numbers = JSON.stringify([session, frameCounter, fPort]);
  return Buffer.concat([Buffer.from(`${numbers}\n`), payload]);
}

import type { AssetId, EpochMs, OrganisationId } from "@pista/kernel";
import { type Bay, bayCentre } from "@pista/parking";
import type { Decision } from "@pista/programme";
import type { GroupCommit } from "../intake/group-commit.ts";
import type { IntakeAnswer } from "../intake/mqtt-connection.ts";
import { parseReport } from "../intake/report-parser.ts";
import type { QuarantineEntry, StoredReport } from "../store/reports.ts";
import type { HubContext } from "./context.ts";

export type DeviceMessage = {
  readonly deviceId: AssetId;
  readonly topic: "report" | "raw";
  readonly payload: Uint8Array;
};

/** Neither the store nor MQTT (5.0, section 1.5.4) takes a text with U+0000 in it. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, "?");

/** [IN6] Bytes of one quarantined payload that are kept. */
const quarantinedBytesMax = 4_096;

export interface ReportReceiver {
  /** Resolves once what it answers is durable (IN1); rejects when the store failed. */
  receive(message: DeviceMessage): Promise<IntakeAnswer>;
}

/**
 * A device's message on its way in: may it, can it be read, is it durable, and only then is it
 * shown and acknowledged.
 */
export function createReportReceiver(
  context: HubContext,
  commit: GroupCommit<StoredReport>,
  quarantineCommit: GroupCommit<QuarantineEntry>,
): ReportReceiver {
  const permissions = createPermissionMemory(context);

  const quarantine = async (
    message: DeviceMessage,
    receivedAtMs: EpochMs,
    fault: { kind: string; detail: string },
  ): Promise<IntakeAnswer> => {
    await quarantineCommit.add({
      receivedAtMs,
      deviceId: message.deviceId,
      topic: message.topic,
      cause: printable(`${fault.kind}: ${fault.detail}`).slice(0, 500),
      payload: message.payload.subarray(0, quarantinedBytesMax),
    });
    return { kind: "quarantined", detail: printable(fault.detail) };
  };

  return {
    async receive(message) {
      const { deviceId, payload } = message;
      const receivedAtMs = context.clock.nowMs();
      const bay = context.bays.bayOf(deviceId);
      if (!bay) {
        const detail = "this device watches no bay";
        return quarantine(message, receivedAtMs, { kind: "no-bay", detail });
      }
      const decision = permissions.of(deviceId, bay);
      if (decision.answer === "deny") {
        return { kind: "not-permitted", detail: decision.reasons.map(({ kind }) => kind).join() };
      }
      if (message.topic === "raw") {
        const detail = "this device's model has no payload codec";
        return quarantine(message, receivedAtMs, { kind: "no-codec", detail });
      }
      const parsed = parseReport(payload, { deviceId, bayId: bay.bayId, receivedAtMs });
      if (!parsed.ok) return quarantine(message, receivedAtMs, parsed.fault);
      const { report, digest } = parsed.value;
      const organisationId: OrganisationId = bay.organisationId;
      await commit.add({ ...report, digest, organisationId });
      return { kind: "stored" };
    },
  };
}

/**
 * Answers of decide() to one device's reports, kept until time or a change of any trial may have
 * changed them: a sensor that speaks every second is not a question every second.
 */
function createPermissionMemory(context: HubContext) {
  const answers = new Map<AssetId, { bay: Bay; decision: Decision; validUntilMs: number }>();
  context.permits.changes.listen(() => answers.clear());
  /** A refusal by the window may end by time alone; it is asked again after this long. */
  const refusalValidMs = 1_000;
  return {
    of(deviceId: AssetId, bay: Bay): Decision {
      const nowMs = context.clock.nowMs();
      const known = answers.get(deviceId);
      if (known && known.bay === bay && nowMs < known.validUntilMs) return known.decision;
      const decision = context.permits.decide({
        subject: { kind: "device", assetId: deviceId },
        action: "report.publish",
        assetId: deviceId,
        position: bayCentre(bay),
      });
      const validUntilMs =
        decision.answer === "allow" ? decision.validUntilMs : nowMs + refusalValidMs;
      answers.set(deviceId, { bay, decision, validUntilMs });
      return decision;
    },
  };
}

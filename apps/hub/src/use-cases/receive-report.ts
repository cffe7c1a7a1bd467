import { type AssetId, type EpochMs, fail, type Result } from "@pista/kernel";
import {
  type Bay,
  type BayId,
  type BayReport,
  bayCentre,
  dateReport,
  type MappedReport,
  mapReport,
} from "@pista/parking";
import type { Decision } from "@pista/programme";
import type { Codecs } from "../codecs/codecs.ts";
import type { GroupCommit } from "../intake/group-commit.ts";
import { digestOf, parseReport, singlePrecision } from "../intake/report-parser.ts";
import type { IntakeAnswer } from "../intake-answers.ts";
import type { DeviceModel } from "../store/device-models.ts";
import type { QuarantinedFrame, QuarantineEntry } from "../store/quarantine.ts";
import type { StoredReport } from "../store/report-log.ts";
import type { HubContext } from "./context.ts";

export type DeviceMessage = {
  readonly deviceId: AssetId;
  readonly topic: "report" | "raw";
  readonly payload: Uint8Array;
};

/** What a device's own bytes came with: a codec makes a report of them, now or when they are read again. */
export type DeviceFrame = {
  readonly deviceId: AssetId;
  /** The door it came by, for the quarantine. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly fPort: number;
  readonly epoch: number;
  readonly counter: number;
  /** [IN2] Tells it from another frame of the same epoch and counter. */
  readonly digest: Uint8Array;
  readonly observedAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  readonly rssiDbm: number | undefined;
  /** Kept when it cannot be read: the bytes as they came. */
  readonly original: Uint8Array;
};

/** Neither the store nor MQTT (5.0, section 1.5.4) takes a text with U+0000 in it. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, "?");

/** [IN6] Bytes of one quarantined payload that are kept. */
const quarantinedBytesMax = 4_096;

/** A device that says no port of its own is given the first of LoRaWAN's. */
const rawPort = 1;

export type Unreadable = {
  readonly deviceId: AssetId | null;
  readonly topic: string;
  readonly original: Uint8Array;
  readonly fault: { readonly kind: string; readonly detail: string };
  /** Where the sender was understood, so that a codec may be tried on it again. */
  readonly frame?: DeviceFrame;
};

/** Each resolves once what it answers is durable (IN1), and rejects when the store failed. */
export interface ReportReceiver {
  receive(message: DeviceMessage): Promise<IntakeAnswer>;
  receiveFrame(frame: DeviceFrame): Promise<IntakeAnswer>;
  /**
   * [IN6] Reads by its present model what was kept, for the bay that its device watched then: what
   * is the matter with it still, or undefined once its report is durable.
   */
  receiveAgain(frame: DeviceFrame, bay: Bay): Promise<Unreadable["fault"] | undefined>;
  /** [IN6] Keeps what nobody can read, or what comes from nobody we know. */
  quarantine(unreadable: Unreadable): Promise<IntakeAnswer>;
}

export type ReceiverParts = {
  readonly commit: GroupCommit<StoredReport>;
  readonly quarantineCommit: GroupCommit<QuarantineEntry>;
  readonly codecs: Codecs;
  /** The model by whose codec this device's bytes are read. */
  readonly modelOf: (deviceId: AssetId) => DeviceModel | undefined;
};

/**
 * A device's message on its way in: may it, can it be read, is it durable, and only then is it
 * shown and acknowledged.
 */
export function createReportReceiver(context: HubContext, parts: ReceiverParts): ReportReceiver {
  const { admit, quarantine } = createGate(context, parts.quarantineCommit);
  const { codecs, modelOf } = parts;
  const store = async (bay: Bay, report: BayReport, digest: Uint8Array): Promise<IntakeAnswer> => {
    const { organisationId, zoneId } = bay;
    await parts.commit.add({ ...report, digest, organisationId, zoneId });
    return { kind: "stored" };
  };

  const read = async (frame: DeviceFrame): Promise<Result<MappedReport, Unreadable["fault"]>> => {
    const model = modelOf(frame.deviceId);
    if (!model) {
      return fail({ kind: "no-codec", detail: "this device's model has no payload codec" });
    }
    const decoded = await codecs.decode(
      { id: model.modelId, owner: model.organisationId, source: model.codec },
      { bytes: [...frame.payload], fPort: frame.fPort, recvTimeMs: frame.observedAtMs },
    );
    return decoded.ok ? mapReport(model.mapping, decoded.value.data) : decoded;
  };

  const receiveFrame = async (frame: DeviceFrame): Promise<IntakeAnswer> => {
    const from = { ...frame, frame };
    const before = await admit(from);
    if (!before.bay) return before.answer;
    const mapped = await read(frame);
    if (!mapped.ok) return quarantine({ ...from, fault: mapped.fault });
    // [DC3] The codec took its time: what was allowed before it may not be now.
    const after = await admit(from);
    if (!after.bay) return after.answer;
    const report = reportOf(frame, mapped.value, after.bay.bayId);
    return store(after.bay, report, frame.digest);
  };

  return {
    quarantine,
    receiveFrame,
    async receiveAgain(frame, bay) {
      const mapped = await read(frame);
      if (!mapped.ok) return mapped.fault;
      await store(bay, reportOf(frame, mapped.value, bay.bayId), frame.digest);
      return undefined;
    },
    async receive({ deviceId, topic, payload }) {
      const receivedAtMs = context.clock.nowMs();
      if (topic === "raw") return receiveFrame(rawFrame(deviceId, payload, receivedAtMs));
      const from = { deviceId, topic, original: payload };
      const admitted = await admit(from);
      if (!admitted.bay) return admitted.answer;
      const { bayId } = admitted.bay;
      const parsed = parseReport(payload, { deviceId, bayId, receivedAtMs });
      if (!parsed.ok) return quarantine({ ...from, fault: parsed.fault });
      return store(admitted.bay, parsed.value.report, parsed.value.digest);
    },
  };
}

/** As it stands in the quarantine. */
export const causeOf = ({ kind, detail }: Unreadable["fault"]): string =>
  printable(`${kind}: ${detail}`).slice(0, 500);

const keptFrame = (frame: DeviceFrame, bay: Bay | undefined): QuarantinedFrame | undefined =>
  frame.payload.length > quarantinedBytesMax ? undefined : { ...frame, bayId: bay?.bayId };

/** Who comes in with a bay to report on, and where the rest is kept. */
function createGate(context: HubContext, quarantineCommit: GroupCommit<QuarantineEntry>) {
  const permissions = createPermissionMemory(context);
  const quarantine: ReportReceiver["quarantine"] = async (unreadable) => {
    const { deviceId, topic, original, fault, frame } = unreadable;
    await quarantineCommit.add({
      receivedAtMs: frame?.receivedAtMs ?? context.clock.nowMs(),
      deviceId,
      topic,
      cause: causeOf(fault),
      payload: original.subarray(0, quarantinedBytesMax),
      frame: frame && keptFrame(frame, context.bays.bayOf(frame.deviceId)),
    });
    return { kind: "quarantined", detail: printable(fault.detail) };
  };
  return {
    quarantine,
    /** The bay that the device watches, or the answer that keeps it out. */
    async admit(from: Omit<Unreadable, "fault"> & { deviceId: AssetId }) {
      const bay = context.bays.bayOf(from.deviceId);
      if (!bay) {
        const fault = { kind: "no-bay", detail: "this device watches no bay" };
        return { answer: await quarantine({ ...from, fault }) };
      }
      const decision = permissions.of(from.deviceId, bay);
      if (decision.answer === "allow") return { bay };
      const detail = decision.reasons.map(({ kind }) => kind).join();
      return { answer: { kind: "not-permitted", detail } as const };
    },
  };
}

/** What the codec made of a frame, dated and ready to be stored. */
function reportOf(frame: DeviceFrame, mapped: MappedReport, bayId: BayId): BayReport {
  const { deviceId, epoch, counter, observedAtMs, receivedAtMs, rssiDbm } = frame;
  const { state, batteryPct, temperatureC } = mapped;
  const dated = dateReport({ observedAtMs, receivedAtMs });
  return {
    ...{ deviceId, epoch, counter, state, bayId, receivedAtMs, ...dated },
    ...(batteryPct === undefined ? {} : { batteryPct: singlePrecision(batteryPct) }),
    ...(rssiDbm === undefined ? {} : { rssiDbm: singlePrecision(rssiDbm) }),
    ...(temperatureC === undefined ? {} : { temperatureC: singlePrecision(temperatureC) }),
  };
}

/** Bytes alone tell no time and count nothing, so the receipt dates and counts them. */
const rawFrame = (deviceId: AssetId, payload: Uint8Array, receivedAtMs: EpochMs): DeviceFrame => ({
  ...{ deviceId, payload, original: payload, topic: "raw", fPort: rawPort },
  epoch: Math.floor(receivedAtMs / 1_000),
  counter: receivedAtMs % 1_000,
  digest: digestOf(payload),
  observedAtMs: receivedAtMs,
  receivedAtMs,
  rssiDbm: undefined,
});

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

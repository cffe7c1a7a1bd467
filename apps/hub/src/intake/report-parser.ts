import { hash } from "node:crypto";
import { ReportBody } from "@pista/contracts";
import { type AssetId, type EpochMs, fail, ok, parseRfc3339, type Result } from "@pista/kernel";
import { type BayId, type BayReport, dateReport } from "@pista/parking";
import { Compile } from "typebox/compile";

const reportBody = Compile(ReportBody);
/** Clocks count from here; what is dated earlier was dated by no clock. */
const earliestMs = 0;
const utf8 = new TextDecoder("utf-8", { fatal: true });

export type ReportFault = {
  readonly kind: "not-utf8" | "not-json" | "wrong-shape" | "wrong-time";
  readonly detail: string;
};

/** A sensor's payload as a dated report, with the digest by which a repeat is known (IN2). */
export function parseReport(
  payload: Uint8Array,
  from: { deviceId: AssetId; bayId: BayId; receivedAtMs: EpochMs },
): Result<{ report: BayReport; digest: Uint8Array }, ReportFault> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  if (!reportBody.Check(parsed.value)) {
    const [first] = reportBody.Errors(parsed.value);
    const detail = `${first?.instancePath || "The payload"} ${first?.message ?? "is not a report"}`;
    return fail({ kind: "wrong-shape", detail });
  }
  const body = parsed.value;
  const toldAtMs = parseRfc3339(body.observedAt);
  if (toldAtMs === undefined || toldAtMs < earliestMs) {
    return fail({
      kind: "wrong-time",
      detail: "observedAt is not an RFC 3339 date-time from 1970 on",
    });
  }
  const { observedAtMs, clockAhead } = dateReport({
    observedAtMs: toldAtMs,
    receivedAtMs: from.receivedAtMs,
  });
  const report: BayReport = {
    ...from,
    counter: body.counter,
    epoch: body.epoch ?? 0,
    state: body.state,
    observedAtMs,
    clockAhead,
    ...(body.batteryPct === undefined ? {} : { batteryPct: singlePrecision(body.batteryPct) }),
    ...(body.rssiDbm === undefined ? {} : { rssiDbm: singlePrecision(body.rssiDbm) }),
    ...(body.temperatureC === undefined
      ? {}
      : { temperatureC: singlePrecision(body.temperatureC) }),
  };
  return ok({ report, digest: digestOf(payload) });
}

/** 64 bits tell repeats apart within one device, epoch and counter with room to spare. */
export const digestOf = (payload: Uint8Array): Uint8Array =>
  hash("sha256", payload, "buffer").subarray(0, 8);

/** As single precision, which is what is stored: PostgreSQL refuses what is too small for it. */
export const singlePrecision = (value: number): number => Math.fround(value);

/** JSON in UTF-8, as far as it is. */
export function parseJson(payload: Uint8Array): Result<unknown, ReportFault> {
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return fail({ kind: "not-utf8", detail: "the payload is not UTF-8" });
  }
  try {
    return ok(JSON.parse(text));
  } catch {
    // The parser's own words quote the payload, and those bytes are kept beside it anyway.
    return fail({ kind: "not-json", detail: "the payload is not JSON" });
  }
}

import type { AuditView, ReportView } from "@pista/contracts";
import {
  type BoundingBox,
  fail,
  formatRfc3339,
  ok,
  parseRfc3339,
  type Result,
} from "@pista/kernel";
import { bayId } from "@pista/parking";
import type { Refusal } from "../http/problems.ts";
import { readAudit } from "../store/audit.ts";
import { type ReportCursor, type ReportOnPage, readReports } from "../store/reports.ts";
import type { HubContext } from "./context.ts";

const malformed = (detail: string): Result<never, Refusal> =>
  fail({ kind: "malformed-request", detail });

/** "w,s,e,n" as a box; nothing asked is the whole city. */
export function boxOf(text: string | undefined): Result<BoundingBox | undefined, Refusal> {
  if (text === undefined) return ok(undefined);
  const [westDeg, southDeg, eastDeg, northDeg, ...rest] = text.split(",").map(Number);
  const edges = [westDeg, southDeg, eastDeg, northDeg];
  const isBox =
    rest.length === 0 &&
    edges.every((edge) => Number.isFinite(edge)) &&
    Number(westDeg) <= Number(eastDeg) &&
    Number(southDeg) <= Number(northDeg);
  if (!isBox) return malformed("bbox is west,south,east,north in degrees, west before east.");
  const [west, south, east, north] = edges.map(Number);
  return ok({
    westDeg: west ?? 0,
    southDeg: south ?? 0,
    eastDeg: east ?? 0,
    northDeg: north ?? 0,
  });
}

/** The furthest instants that both the store and RFC 3339 can write. */
const earliestMs = 0;
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");
const reportsPageDefault = 200;

/** [BS3] Every stored report of a bay, page by page in the order of its time. */
export async function listReportPage(
  context: HubContext,
  page: {
    bayId: string;
    from?: string | undefined;
    to?: string | undefined;
    cursor?: string | undefined;
    limit?: number | undefined;
  },
): Promise<Result<{ items: ReportView[]; nextCursor: string | null }, Refusal>> {
  const bay = context.bays.bay(bayId(page.bayId));
  if (!bay) return fail({ kind: "not-found", detail: `There is no bay ${page.bayId}.` });
  const from = page.from === undefined ? earliestMs : parseRfc3339(page.from);
  const to = page.to === undefined ? latestMs : parseRfc3339(page.to);
  if (from === undefined || to === undefined) {
    return malformed("from and to are RFC 3339 date-times.");
  }
  const [fromMs, toMs] = [Math.max(earliestMs, from), Math.min(latestMs, to)];
  const after = page.cursor === undefined ? undefined : readCursor(page.cursor);
  if (page.cursor !== undefined && !after) return malformed("The cursor is not one of ours.");
  const limit = page.limit ?? reportsPageDefault;
  const reports = await readReports(context.db, { bayId: bay.bayId, fromMs, toMs, after, limit });
  const last = reports.at(-1);
  return ok({
    items: reports.map(reportView),
    nextCursor: last && reports.length === limit ? writeCursor(last) : null,
  });
}

const writeCursor = ({ observedAtMs, epoch, counter, digestHex }: ReportCursor): string =>
  `${observedAtMs}.${epoch}.${counter}.${digestHex}`;

function readCursor(text: string): ReportCursor | undefined {
  const match = /^(\d{1,15})\.(\d{1,10})\.(\d{1,10})\.([0-9a-f]{16})$/.exec(text);
  if (!match) return undefined;
  const [observedAtMs = 0, epoch = 0, counter = 0] = match.slice(1, 4).map(Number);
  if (observedAtMs > latestMs) return undefined;
  return { observedAtMs, epoch, counter, digestHex: match[4] ?? "" };
}

const reportView = (report: ReportOnPage): ReportView => ({
  deviceId: report.deviceId,
  epoch: report.epoch,
  counter: report.counter,
  state: report.state,
  observedAt: formatRfc3339(report.observedAtMs),
  receivedAt: formatRfc3339(report.receivedAtMs),
  clockAhead: report.clockAhead,
  batteryPct: report.batteryPct ?? null,
  rssiDbm: report.rssiDbm ?? null,
  temperatureC: report.temperatureC ?? null,
});

const auditPageDefault = 50;

/** Every change by a person, newest first. */
export async function listAuditPage(
  context: HubContext,
  page: { cursor?: string | undefined; limit?: number | undefined },
): Promise<Result<{ items: AuditView[]; nextCursor: string | null }, Refusal>> {
  if (page.cursor !== undefined && !/^\d{1,15}$/.test(page.cursor)) {
    return malformed("The cursor is not one of ours.");
  }
  const before = page.cursor === undefined ? undefined : Number(page.cursor);
  const limit = page.limit ?? auditPageDefault;
  const rows = await readAudit(context.db, { before, limit });
  const last = rows.at(-1);
  return ok({
    items: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
      action: row.action,
      subject: { kind: row.subject_kind, id: row.subject_id },
      detail: row.detail as Record<string, unknown>, // Only insertAudit writes this column.
    })),
    nextCursor: last && rows.length === limit ? String(last.id) : null,
  });
}

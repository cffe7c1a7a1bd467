import { type QuarantineView, replayedAtOnceMax } from "@pista/contracts";
import { fail, ok, type Result } from "@pista/kernel";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import {
  type KeptEntry,
  type KeptFrame,
  type ReplaySubject,
  readKept,
  readQuarantine,
  settleKept,
} from "../store/quarantine.ts";
import { dayOf, readReportDays } from "../store/report-days.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";
import { cityOrganisation } from "./people.ts";
import { causeOf, type ReportReceiver, type Unreadable } from "./receive-report.ts";

const pageDefault = 50;

/** [IN6] What could not be read, newest first, of the devices that are the asker's to see. */
export async function listQuarantinePage(
  { db }: HubContext,
  asker: Asker,
  page: { device?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
): Promise<Result<{ items: QuarantineView[]; nextCursor: string | null }, Refusal>> {
  const before = numberOf(page.cursor);
  if (!before.ok) return before;
  const limit = page.limit ?? pageDefault;
  const entries = await readQuarantine(db, {
    ...{ deviceId: page.device, organisationId: ownerOf(asker), before: before.value, limit },
  });
  const last = entries.length === limit ? entries.at(-1) : undefined;
  return ok({ items: entries.map(entryView), nextCursor: last ? String(last.id) : null });
}

/** Everything to the city, which alone sees what comes from nobody; to others what is their own. */
function ownerOf({ person }: Asker): string | undefined {
  const isCity = person?.organisationId === cityOrganisation.organisationId;
  return isCity || person?.roles.includes("administrator") ? undefined : person?.organisationId;
}

const entryView = (entry: KeptEntry): QuarantineView => ({
  id: entry.id,
  receivedAt: entry.receivedAt.toISOString(),
  deviceId: entry.deviceId,
  topic: entry.topic,
  fault: entry.cause,
  payload: Buffer.from(entry.payload).toString("base64"),
  canReplay: entry.hasFrame && !entry.replayedAt,
  replayedAt: entry.replayedAt?.toISOString() ?? null,
});

function numberOf(cursor: string | undefined): Result<number | undefined, Refusal> {
  if (cursor === undefined) return ok(undefined);
  if (/^\d{1,15}$/.test(cursor)) return ok(Number(cursor));
  return fail({ kind: "malformed-request", detail: "The cursor is not one of ours." });
}

export type ReplayWish = {
  readonly deviceId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly cursor?: string | undefined;
};

type Replayed = { replayed: number; unreadable: number; nextCursor: string | null };
type Fault = Unreadable["fault"];

/**
 * [IN6] Reads kept frames by the model that their device has now. What can be read is stored as a
 * report of its own receipt and bay, to which IN2 and IN3 apply as ever. It was permitted then, so
 * the trials are not asked again. Reports are durable before their entries end: after a crash
 * between the two they are read once more, and change nothing.
 */
export async function replayQuarantine(
  context: HubContext,
  receiver: ReportReceiver,
  asker: Asker,
  wish: ReplayWish,
): Promise<Result<Replayed, Refusal>> {
  const subject = subjectOf(wish);
  if (!subject.ok) return subject;
  const after = numberOf(wish.cursor);
  if (!after.ok) return after;
  const { db, clock } = context;
  const frames = await readKept(db, {
    ...{ of: subject.value, organisationId: ownerOf(asker) },
    ...{ after: after.value ?? 0, limit: replayedAtOnceMax },
  });
  if (frames.length === 0) return ok({ replayed: 0, unreadable: 0, nextCursor: null });
  const oldestDay = (await readReportDays(db)).at(-1) ?? 0;
  const outcomes: { id: number; cause: string | undefined }[] = [];
  // One by one: what comes in now has its turn at the codec between them.
  for (const frame of frames) {
    const fault = await readAgain(context, receiver, frame, oldestDay);
    outcomes.push({ id: frame.id, cause: fault && causeOf(fault) });
  }
  const replayed = outcomes.filter(({ cause }) => cause === undefined).length;
  const unreadable = outcomes.length - replayed;
  const line = { action: "quarantine.replay", subject: subject.value };
  await commitAudited(
    context,
    actorOf(asker),
    { ...line, detail: { replayed, unreadable } },
    (transaction) => settleKept(transaction, outcomes, clock.nowMs()),
  );
  const last = frames.length === replayedAtOnceMax ? frames.at(-1) : undefined;
  return ok({ replayed, unreadable, nextCursor: last ? String(last.id) : null });
}

function subjectOf({ deviceId, modelId }: ReplayWish): Result<ReplaySubject, Refusal> {
  if (deviceId !== undefined && modelId === undefined) return ok({ kind: "device", id: deviceId });
  if (modelId !== undefined && deviceId === undefined) {
    return ok({ kind: "device-model", id: modelId });
  }
  return fail({
    kind: "malformed-request",
    detail: "Say a deviceId or a modelId, one of the two.",
  });
}

/** What is the matter with it still; undefined once its report is durable. */
async function readAgain(
  { bays }: HubContext,
  receiver: ReportReceiver,
  frame: KeptFrame,
  oldestDay: number,
): Promise<Fault | undefined> {
  const bay = frame.bayId === undefined ? undefined : bays.bay(frame.bayId);
  if (!bay) return { kind: "no-bay", detail: "the bay that this device watched then is not there" };
  if (dayOf(frame.receivedAtMs) < oldestDay) {
    return { kind: "too-old", detail: "reports of its day are kept no more" };
  }
  return receiver.receiveAgain(frame, bay);
}

import { parseTurinCarParks } from "@pista/formats";
import { fail, formatRfc3339, ok, type Result } from "@pista/kernel";
import { dateReport } from "@pista/parking";
import type { Transaction } from "kysely";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { upsertCarParks } from "../store/inventory.ts";
import { insertOrganisation } from "../store/people.ts";
import type { Tables } from "../store/tables.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";
import { cityOrganisation } from "./people.ts";

export const turinCarParksFeedId = "5t-car-parks";

export type ImportReport = {
  readonly imported: number;
  readonly withoutFreeSpaces: number;
  readonly generatedAt: string;
};

/** A snapshot of Turin's car-park feed that somebody brings. */
export function importCarParks(
  context: HubContext,
  asker: Asker,
  xml: string,
): Promise<Result<ImportReport, Refusal>> {
  return takeIn(context, xml, (report, work) => {
    const line = {
      action: "car-parks.import",
      subject: { kind: "feed", id: turinCarParksFeedId },
      detail: report,
    };
    return commitAudited(context, actorOf(asker), line, work);
  });
}

/** The same, fetched by the hub itself: nobody's act, so the audit has no line of it. */
export const takeInPolledCarParks = (
  context: HubContext,
  xml: string,
): Promise<Result<ImportReport, Refusal>> =>
  takeIn(context, xml, (_, work) => context.db.transaction().execute(work));

/** All of it or none of it; shown once it is durable. */
async function takeIn(
  context: HubContext,
  xml: string,
  commit: (
    report: ImportReport,
    work: (transaction: Transaction<Tables>) => Promise<void>,
  ) => Promise<void>,
): Promise<Result<ImportReport, Refusal>> {
  const parsed = parseTurinCarParks(xml);
  if (!parsed.ok) return fail({ kind: "feed-unreadable", detail: parsed.fault.detail });
  const { generatedAtMs } = parsed.value;
  const receivedAtMs = context.clock.nowMs();
  // [IN3] A reading from the future would hide every later one, so its receipt dates it.
  const dated = parsed.value.carParks.map((one) => {
    const { observedAtMs } = dateReport({ observedAtMs: one.observedAtMs, receivedAtMs });
    return { ...one, observedAtMs, receivedAtMs };
  });
  // One statement takes an id once; of two readings of a car park the later in the feed counts.
  const carParks = [...new Map(dated.map((one) => [one.carParkId, one])).values()];
  const report = {
    imported: carParks.length,
    withoutFreeSpaces: carParks.filter(({ freeSpaces }) => freeSpaces === undefined).length,
    generatedAt: formatRfc3339(generatedAtMs),
  };
  if (carParks.length === 0) return ok(report);
  await commit(report, async (transaction) => {
    await insertOrganisation(transaction, cityOrganisation);
    await upsertCarParks(transaction, carParks, cityOrganisation.organisationId);
  });
  context.carParks.put(carParks);
  return ok(report);
}

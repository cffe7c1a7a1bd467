import { parseTurinCarParks } from "@pista/formats";
import { fail, formatRfc3339, ok, type Result } from "@pista/kernel";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { upsertCarParks } from "../store/inventory.ts";
import { insertOrganisation } from "../store/people.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";
import { cityOrganisation } from "./people.ts";

export type ImportReport = {
  readonly imported: number;
  readonly withoutFreeSpaces: number;
  readonly generatedAt: string;
};

/** A snapshot of Turin's car-park feed: all of it or none of it. */
export async function importCarParks(
  context: HubContext,
  asker: Asker,
  xml: string,
): Promise<Result<ImportReport, Refusal>> {
  const parsed = parseTurinCarParks(xml);
  if (!parsed.ok) return fail({ kind: "feed-unreadable", detail: parsed.fault.detail });
  const { generatedAtMs } = parsed.value;
  // One statement takes an id once; of two readings of a car park the later in the feed counts.
  const carParks = [...new Map(parsed.value.carParks.map((one) => [one.carParkId, one])).values()];
  const report = {
    imported: carParks.length,
    withoutFreeSpaces: carParks.filter(({ freeSpaces }) => freeSpaces === undefined).length,
    generatedAt: formatRfc3339(generatedAtMs),
  };
  if (carParks.length === 0) return ok(report);
  const line = {
    action: "car-parks.import",
    subject: { kind: "feed", id: "5t-car-parks" },
    detail: report,
  };
  await commitAudited(context, actorOf(asker), line, async (transaction) => {
    await insertOrganisation(transaction, cityOrganisation);
    await upsertCarParks(transaction, carParks, cityOrganisation.organisationId);
  });
  context.carParks.put(carParks);
  return ok(report);
}

import type { Transport } from "@pista/contracts";
import type { Command } from "commander";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

/** What every command that asks the hub can be told. */
export type Options = { readonly data?: string; readonly json?: boolean };

export const withDoors = (command: Command): Command =>
  command
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON");

/** Asks the hub and prints what it answered, as JSON or in words. */
export const ask = <Outcome>(
  options: Options,
  question: (transport: Transport) => Promise<Outcome>,
  words: (outcome: Outcome) => string,
): Promise<void> =>
  tellRefusal(async () => {
    const outcome = await withOperator(options, question);
    print(options.json, outcome, words(outcome));
  });

type Page<View> = { readonly items: readonly View[]; readonly nextCursor: string | null };

/** Every page of a list, one after the other. */
export async function readPages<View>(
  read: (query: { cursor?: string }) => Promise<Page<View>>,
): Promise<readonly View[]> {
  const items: View[] = [];
  for (let query = {}; ; ) {
    const page = await read(query);
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    query = { cursor: page.nextCursor };
  }
}

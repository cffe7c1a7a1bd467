import { type Clock, randomIdText } from "@pista/kernel";
import type { Kysely, Transaction } from "kysely";
import type { Asker } from "../http/asker.ts";
import type { TokenHasher } from "../keys/token-hash.ts";
import type { BayBoard } from "../projections/bay-board.ts";
import type { CarParkBoard } from "../projections/car-park-board.ts";
import type { DroneBoard } from "../projections/drone-board.ts";
import type { PermitBoard } from "../projections/permit-board.ts";
import { insertAudit } from "../store/audit.ts";
import type { Tables } from "../store/tables.ts";
import type { Turns } from "./turns.ts";

/** What the use cases work on: the store, and the boards that show what is in it. */
export type HubContext = {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  /** Random bytes fit for secrets. */
  readonly draw: (length: number) => Uint8Array;
  readonly hasher: TokenHasher;
  readonly bays: BayBoard;
  readonly carParks: CarParkBoard;
  readonly drones: DroneBoard;
  readonly permits: PermitBoard;
  /** For whatever changes a trial, or which sensors there are and where. */
  readonly turns: Turns;
};

export const newId = (context: Pick<HubContext, "draw">, word: string): string =>
  randomIdText(word, context.draw(10));

/** 256 random bits, base64url: keys and tokens that people or devices carry. */
export const newSecret = (context: Pick<HubContext, "draw">): string =>
  Buffer.from(context.draw(32)).toString("base64url");

/** Who is to be named in the audit. */
export type Actor = { readonly kind: string; readonly id: string | null; readonly name: string };

export function actorOf(asker: Asker): Actor {
  if (asker.person) {
    return { kind: "person", id: asker.person.personId, name: asker.person.name };
  }
  return { kind: asker.subject.kind, id: null, name: asker.subject.kind };
}

export type AuditLine = {
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
};

/** A change by a person: what it changes and its line in the audit commit together. */
export function commitAudited<Outcome>(
  context: HubContext,
  actor: Actor,
  line: AuditLine,
  work: (transaction: Transaction<Tables>) => Promise<Outcome>,
): Promise<Outcome> {
  return context.db.transaction().execute(async (transaction) => {
    const outcome = await work(transaction);
    await insertAudit(transaction, { atMs: context.clock.nowMs(), actor, ...line });
    return outcome;
  });
}

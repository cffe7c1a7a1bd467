import { type AssetId, type EpochMs, epochMs, fail, ok, type Result } from "@pista/kernel";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { insertAudit } from "../store/audit.ts";
import { type AuditLine, actorOf, type HubContext, newId } from "./context.ts";
import type { LeaseDesk, LeaseInForce } from "./lease-desk.ts";
import type { LeaseWish } from "./lease-wish.ts";

/** Somebody's wish to take over a drone from whoever flies it. */
export type Ask = {
  readonly askId: string;
  readonly asker: Asker;
  readonly wish: LeaseWish;
  /** The lease whose pilot is asked: with it the ask is over. */
  readonly giver: { readonly assetId: AssetId; readonly leaseId: string };
  readonly forgottenAtMs: EpochMs;
  readonly state: "waiting" | "granted" | "refused" | "over";
  /** The asker's own lease, once granted. */
  readonly leaseId: string | undefined;
};

type AskRef = { readonly assetId: AssetId; readonly askId: string };

/** Nobody is asked for longer, and an outcome is told for as long. */
const rememberedMs = 60_000;

/** [AU3] Who asks for whose drone: one at a time for each drone, in memory alone. */
export class HandoverAsks {
  readonly #context: HubContext;
  readonly #desk: LeaseDesk;
  readonly #byAsset = new Map<AssetId, Ask>();

  constructor(context: HubContext, desk: LeaseDesk) {
    this.#context = context;
    this.#desk = desk;
  }

  async ask(asker: Asker, wish: LeaseWish): Promise<Result<Ask, Refusal>> {
    const { assetId } = wish;
    const giver = this.#desk.inForce(assetId);
    if (!giver) return fail({ kind: "lease-ended", detail: "Nobody flies it now: take it." });
    const open = this.#openFor(assetId);
    if (open && !isOf(asker, open)) return fail(isAsked(open));
    const ask: Ask = {
      askId: newId(this.#context, "ask"),
      asker,
      wish,
      giver: giver.lease,
      forgottenAtMs: epochMs(this.#context.clock.nowMs() + rememberedMs),
      state: "waiting",
      leaseId: undefined,
    };
    await this.#write(asker, ask, "lease.ask");
    const quicker = this.#openFor(assetId);
    if (quicker && !isOf(asker, quicker)) return fail(isAsked(quicker));
    this.#put(ask);
    return ok(ask);
  }

  read(asker: Asker, ref: AskRef): Result<Ask, Refusal> {
    const ask = this.#find(ref);
    return ask && isOf(asker, ask) ? ok(ask) : fail(unknown);
  }

  leaseOf({ wish, leaseId }: Ask): LeaseInForce | undefined {
    return leaseId === undefined ? undefined : this.#desk.find({ assetId: wish.assetId, leaseId });
  }

  /** Whoever asked does not wait: the pilot's banner goes at once, and so does a lease on its way. */
  async withdraw(asker: Asker, ref: AskRef): Promise<Result<null, Refusal>> {
    const ask = this.#find(ref);
    if (!ask || !isOf(asker, ask)) return fail(unknown);
    const { leaseId } = ask;
    if (leaseId !== undefined) return this.#desk.release(asker, { ...ask.wish, leaseId });
    if (ask.state !== "waiting") return ok(null);
    this.#settle(ask, { state: "over" });
    await this.#write(asker, ask, "lease.withdraw");
    return ok(null);
  }

  /** By whoever flies the drone, and by nobody else. */
  async answer(asker: Asker, ref: AskRef, isAgreed: boolean): Promise<Result<null, Refusal>> {
    const ask = this.#find(ref);
    const giver = ask && this.#desk.find(ask.giver);
    if (!ask || !giver || giver.lease.pilotId !== asker.person?.personId) return fail(unknown);
    if (isAgreed) return this.#grant(ask, giver, asker, { action: "lease.agree", detail: {} });
    if (ask.state !== "waiting") return fail(answered);
    await this.#write(asker, ask, "lease.refuse");
    this.#settle(ask, { state: "refused" });
    return ok(null);
  }

  /** The city hands it over: the pilot flies on until the asker has proved what a pilot needs. */
  async force(asker: Asker, ref: AskRef, reason: string): Promise<Result<null, Refusal>> {
    const ask = this.#find(ref);
    const giver = ask && this.#desk.find(ask.giver);
    if (!ask || !giver) return fail(unknown);
    return this.#grant(ask, giver, asker, { action: "lease.force", detail: { reason } });
  }

  /** Asks that nobody answered, and those whose pilot flies no more. */
  sweep(): void {
    const nowMs = this.#context.clock.nowMs();
    for (const ask of [...this.#byAsset.values()]) {
      const isLate = ask.forgottenAtMs <= nowMs;
      if (ask.state !== "waiting") {
        if (isLate) this.#byAsset.delete(ask.wish.assetId);
      } else if (isLate || !this.#desk.find(ask.giver)) this.#settle(ask, { state: "over" });
    }
  }

  async #grant(
    ask: Ask,
    giver: LeaseInForce,
    by: Asker,
    paper: { readonly action: string; readonly detail: Readonly<Record<string, unknown>> },
  ): Promise<Result<null, Refusal>> {
    if (ask.state !== "waiting") return fail(answered);
    const { subject } = ask.asker;
    const { assetId } = ask.wish;
    // [DC3] Much may have changed since they asked.
    const decision = this.#context.permits.decide({ subject, action: "drone.fly", assetId });
    if (decision.answer === "deny") {
      this.#settle(ask, { state: "over" });
      return fail({ kind: "not-permitted", detail: "Whoever asked may not fly it any more." });
    }
    const detail = { ...paper.detail, askId: ask.askId, receiver: nameOf(ask) };
    const grant = { ...paper, actor: actorOf(by), detail, giver };
    const held = await this.#desk.handOver(ask.asker, decision, ask.wish, grant);
    if (!held.ok) return held;
    const { leaseId } = held.value.lease;
    // Taken back while the epoch was on its way to the disk: nobody is there to receive it.
    if (this.#find({ assetId, askId: ask.askId })?.state !== "waiting") {
      await this.#desk.release(ask.asker, { assetId, leaseId });
      return fail(unknown);
    }
    this.#settle(ask, { state: "granted", leaseId });
    return ok(null);
  }

  #write(by: Asker, ask: Ask, action: string): Promise<void> {
    const line: AuditLine = {
      action,
      subject: { kind: "drone", id: ask.wish.assetId },
      detail: { askId: ask.askId, receiver: nameOf(ask) },
    };
    const atMs = this.#context.clock.nowMs();
    return insertAudit(this.#context.db, { atMs, actor: actorOf(by), ...line });
  }

  #find({ assetId, askId }: AskRef): Ask | undefined {
    const ask = this.#byAsset.get(assetId);
    return ask?.askId === askId ? ask : undefined;
  }

  /** The ask that stands in the way of another: one that waits, or a handover that is under way. */
  #openFor(assetId: AssetId): Ask | undefined {
    const ask = this.#byAsset.get(assetId);
    if (ask?.state === "waiting") return ask;
    const isUnderWay = ask && this.leaseOf(ask)?.awaitedUntilMs !== undefined;
    return isUnderWay ? ask : undefined;
  }

  #settle(ask: Ask, outcome: Pick<Ask, "state"> & { leaseId?: string }): void {
    // Another of the same asker's may have taken its place meanwhile.
    if (!this.#find({ assetId: ask.wish.assetId, askId: ask.askId })) return;
    const forgottenAtMs = epochMs(this.#context.clock.nowMs() + rememberedMs);
    this.#put({ ...ask, ...outcome, forgottenAtMs });
  }

  #put(ask: Ask): void {
    const { assetId } = ask.wish;
    const { askId } = ask;
    this.#byAsset.set(assetId, ask);
    const { person } = ask.asker;
    const isShown = ask.state === "waiting" && person;
    const asking = isShown ? { askId, personId: person.personId, name: person.name } : null;
    this.#context.drones.setAsking(assetId, asking);
  }
}

const nameOf = ({ asker }: Ask): string => actorOf(asker).name;

const isOf = (asker: Asker, ask: Ask): boolean =>
  asker.person?.personId === ask.asker.person?.personId;

const unknown: Refusal = { kind: "not-found", detail: "There is no such ask, or it is over." };
const answered: Refusal = { kind: "lease-ended", detail: "This ask has been answered." };
const isAsked = (ask: Ask): Refusal => ({
  kind: "drone-taken",
  detail: `${nameOf(ask)} asks for it already.`,
});

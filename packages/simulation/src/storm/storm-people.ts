import { leaseRenewalMs } from "@pista/flight";
import type { Random } from "@pista/kernel";
import type { StormHub } from "./storm-hub.ts";
import type { StormPlan } from "./storm-plan.ts";
import type { Timeline } from "./timeline.ts";

const firstTakenAtMs = 100;
/** How often a page asks a hub again that did not answer. */
const askAgainMs = 500;

/** What people ask of the hub: pilots take, renew and hand over, and the steward suspends. */
export class StormPeople {
  private readonly plan: StormPlan;
  private readonly timeline: Timeline;
  private readonly random: Random;
  private readonly hub: StormHub;
  private isTaking = false;
  private leaseId: string | undefined;

  constructor(plan: StormPlan, timeline: Timeline, random: Random, hub: StormHub) {
    this.plan = plan;
    this.timeline = timeline;
    this.random = random;
    this.hub = hub;
    this.takeAt(firstTakenAtMs);
    const { revokesAtMs, regrantsAtMs, handsOverAtMs } = plan.hub;
    if (handsOverAtMs !== undefined) timeline.at(handsOverAtMs, (nowMs) => this.handOver(nowMs));
    if (revokesAtMs !== undefined) this.untilDone(revokesAtMs, (nowMs) => hub.suspend(nowMs));
    if (regrantsAtMs !== undefined) timeline.at(regrantsAtMs, (nowMs) => this.takeAnew(nowMs));
  }

  /** The trial goes on, or the pilot gives the vehicle back and takes it again. */
  private takeAnew(nowMs: number): void {
    if (this.plan.hub.revokesAtMs === undefined) {
      if (this.leaseId) this.hub.release(this.leaseId, nowMs);
      this.takeAt(nowMs);
      return;
    }
    this.untilDone(nowMs, (atMs) => {
      const isDone = this.hub.resume();
      if (isDone) this.takeAt(atMs);
      return isDone;
    });
  }

  private handOver(nowMs: number): void {
    const lease = this.hub.handOver(nowMs);
    if (lease) this.keep(lease.leaseId, nowMs);
  }

  private takeAt(atMs: number): void {
    if (this.isTaking) return;
    this.isTaking = true;
    this.timeline.at(atMs, (nowMs) => {
      this.isTaking = false;
      if (nowMs >= this.plan.pilot.goneAtMs) return;
      const lease = this.hub.take(nowMs);
      if (lease === "away") this.takeAt(nowMs + askAgainMs);
      else if (lease !== "taken") this.keep(lease.leaseId, nowMs);
    });
  }

  /** [AU2] The page renews it, until it is over or nobody is there. */
  private keep(leaseId: string, nowMs: number): void {
    this.leaseId = leaseId;
    const renewAt = (atMs: number): void => this.timeline.at(atMs, renew);
    const renew = (atMs: number): void => {
      if (atMs >= this.plan.pilot.goneAtMs) return;
      const answer = this.hub.renew(leaseId, atMs);
      if (answer === "renewed") renewAt(atMs + leaseRenewalMs);
      if (answer === "away") renewAt(atMs + askAgainMs);
      // They see that it is over, and think about it.
      if (answer === "over") this.takeAt(atMs + this.random.between(300, 3_000));
    };
    renewAt(nowMs + leaseRenewalMs);
  }

  private untilDone(atMs: number, tries: (nowMs: number) => boolean): void {
    this.timeline.at(atMs, (nowMs) => {
      if (!tries(nowMs)) this.untilDone(nowMs + askAgainMs, tries);
    });
  }
}

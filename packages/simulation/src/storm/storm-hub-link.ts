import type { LeaseId, LeaseWord } from "@pista/flight";
import type { Random } from "@pista/kernel";
import type { StormPlan } from "./storm-plan.ts";
import type { Timeline } from "./timeline.ts";

export type HubMessage =
  /** `leaseId` as the page learns it, by another way than the gateway, which must verify. */
  | { readonly kind: "lease"; readonly token: string; readonly leaseId: LeaseId | undefined }
  | { readonly kind: "end"; readonly leaseId: LeaseId; readonly reason: string };

type Ends = {
  readonly toGateway: (message: HubMessage, nowMs: number) => void;
  readonly toHub: (word: LeaseWord, nowMs: number) => void;
  /** The hub greets. */
  readonly joined: (nowMs: number) => void;
};

/** The line between hub and gateway. It breaks with all that is under way, and is dialled again. */
export class StormHubLink {
  isUp = true;
  private readonly delayMs: number;
  private readonly timeline: Timeline;
  private readonly random: Random;
  private readonly ends: Ends;
  private connection = 0;
  /** Of the newest two leases: a hub that is back may have missed how they went. */
  private words: readonly LeaseWord[] = [];

  constructor(plan: StormPlan["hub"], timeline: Timeline, random: Random, ends: Ends) {
    this.delayMs = plan.delayMs;
    this.timeline = timeline;
    this.random = random;
    this.ends = ends;
  }

  break(): void {
    this.isUp = false;
    this.connection++;
  }

  /** The gateway began anew. */
  forget(): void {
    this.words = [];
  }

  joinSoon(nowMs: number): void {
    const { connection } = this;
    this.timeline.at(nowMs + this.random.between(200, 1_000), (atMs) => {
      if (this.isUp || connection !== this.connection) return;
      this.isUp = true;
      this.ends.joined(atMs);
      for (const word of this.words) this.pass(atMs, (laterMs) => this.ends.toHub(word, laterMs));
    });
  }

  send(message: HubMessage, nowMs: number): void {
    if (this.isUp) this.pass(nowMs, (atMs) => this.ends.toGateway(message, atMs));
  }

  tell(word: LeaseWord, nowMs: number): void {
    const others = this.words.filter(({ leaseId }) => leaseId !== word.leaseId);
    this.words = [...others.slice(-1), word];
    if (this.isUp) this.pass(nowMs, (atMs) => this.ends.toHub(word, atMs));
  }

  private pass(nowMs: number, deliver: (atMs: number) => void): void {
    const { connection } = this;
    this.timeline.at(nowMs + this.delayMs, (atMs) => {
      if (connection === this.connection) deliver(atMs);
    });
  }
}

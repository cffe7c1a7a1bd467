import type { Cancel, Clock, Random } from "@pista/kernel";

/** What came of one delivery to the hub's hook. */
export type HookOutcome =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfterMs: number }
  | { readonly kind: "unreachable"; readonly cause: string };

/** Posts one uplink's JSON; it never rejects. */
export type PostUplink = (body: string) => Promise<HookOutcome>;

export type NetworkServerOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly post: PostUplink;
  /** Told when it changes how deliveries fare. */
  readonly onChange: (word: string) => void;
};

/** An hour of a neighbourhood. When a longer outage fills it, the oldest uplink goes. */
const waitingMax = 5_000;
/** Deliveries under way at a time, each on a connection that is kept. */
const underWayMax = 8;
const firstPauseMs = 1_000;
/** The pause doubles with every failure in a row, up to this; half of it is left to chance. */
const pauseMsMax = 30_000;

/** HTTP statuses (RFC 9110, section 15.5) of what no repetition cures: it is the body itself. */
const hopeless: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * Delivers uplinks as network servers do: each by itself, again after a pause where the hub did not
 * take it, and no sooner than the hub asks. Order is nobody's promise.
 */
export class NetworkServer {
  private readonly options: NetworkServerOptions;
  private readonly waiting: string[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private cancelPause: Cancel | undefined;
  private failures = 0;
  private word = "";
  private isClosed = false;
  dropped = 0;

  constructor(options: NetworkServerOptions) {
    this.options = options;
  }

  passOn(uplink: object): void {
    this.waiting.push(JSON.stringify(uplink));
    if (this.waiting.length > waitingMax) {
      this.waiting.shift();
      this.dropped++;
    }
    this.deliverMore();
  }

  get waitingCount(): number {
    return this.waiting.length + this.underWay.size;
  }

  /** Nothing new is begun; what is under way has the post's own time limit. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelPause?.();
    await Promise.all(this.underWay);
  }

  private deliverMore(): void {
    while (!this.isClosed && !this.cancelPause && this.underWay.size < underWayMax) {
      const body = this.waiting.shift();
      if (body === undefined) return;
      const delivery = this.deliver(body).then(() => {
        this.underWay.delete(delivery);
        this.deliverMore();
      });
      this.underWay.add(delivery);
    }
  }

  private async deliver(body: string): Promise<void> {
    const outcome = await this.options.post(body);
    const isTaken = outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300;
    this.tell(isTaken ? "up" : wordFor(outcome));
    if (isTaken) {
      this.failures = 0;
    } else if (outcome.kind === "answered" && hopeless.has(outcome.status)) {
      this.dropped++;
    } else {
      this.waiting.unshift(body);
      this.pause(outcome.kind === "answered" ? outcome.retryAfterMs : 0);
    }
  }

  /** One pause for all: what was under way beside it has failed for the same reason. */
  private pause(leastMs: number): void {
    if (this.cancelPause || this.isClosed) return;
    const { clock, random } = this.options;
    const backOffMs = Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(this.failures, 16));
    this.failures++;
    const pauseMs = Math.max(leastMs, backOffMs * random.between(0.5, 1));
    this.cancelPause = clock.after(pauseMs, () => {
      this.cancelPause = undefined;
      this.deliverMore();
    });
  }

  private tell(word: string): void {
    if (word === this.word) return;
    this.word = word;
    this.options.onChange(word);
  }
}

const wordFor = (outcome: HookOutcome): string =>
  outcome.kind === "answered" ? `refused with ${outcome.status}` : `unreachable: ${outcome.cause}`;

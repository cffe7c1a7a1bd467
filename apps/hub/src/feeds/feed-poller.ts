import type { Cancel, Clock, Result } from "@pista/kernel";
import type { Outbound, OutboundAnswer, OutboundFault } from "./outbound.ts";
import {
  type FeedState,
  nextPoll,
  type PolledState,
  type PollOutcome,
  parseRetryAfter,
} from "./poll-schedule.ts";

export interface FeedPort {
  readonly url: string;
  readonly clock: Clock;
  readonly get: Outbound;
  /** Uniform in [0, 1). */
  draw(): number;
  /** Resolves once the readings are durable; a fault says why they are none; rejects when the store failed. */
  takeIn(text: string): Promise<Result<unknown, { readonly detail: string }>>;
  /** Told of each answer once it is dealt with. */
  polled(outcome: PollOutcome, state: PolledState): void;
  /** What failed here and not at the source. */
  failed(cause: unknown): void;
}

export interface FeedPoller {
  state(): FeedState;
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Asks one source again and again, one question at a time, until it is stopped. */
export function createFeedPoller(port: FeedPort): FeedPoller {
  const { clock } = port;
  const stopping = new AbortController();
  let state: FeedState = { state: "starting" };
  let validators: Readonly<Record<string, string>> = {};
  let cancelNext: Cancel = () => {};
  let underWay: Promise<void> = Promise.resolve();

  /** What was not taken in must not be answered with "unchanged": its validators are not kept. */
  const deal = async (answer: OutboundAnswer): Promise<PollOutcome> => {
    const { status, headers, body } = answer;
    if (status === 304 && Object.keys(validators).length > 0) return { kind: "unchanged" };
    if (status !== 200) {
      const retryAfterMs = parseRetryAfter(headers["retry-after"], clock.nowMs());
      return { ...failure("http-status", `It answered with ${status}.`), retryAfterMs };
    }
    const taken = await port.takeIn(new TextDecoder().decode(body));
    if (!taken.ok) return failure("unreadable", taken.fault.detail);
    validators = validatorsOf(headers);
    return { kind: "taken-in" };
  };

  const ask = async (): Promise<PollOutcome> => {
    try {
      const answer = await port.get(port.url, validators, stopping.signal);
      return answer.ok ? await deal(answer.value) : failureOf(answer.fault);
    } catch (cause) {
      port.failed(cause);
      return failure("not-stored", "The hub could not store it; its log says why.");
    }
  };

  const poll = async (): Promise<void> => {
    const outcome = await ask();
    if (stopping.signal.aborted) return;
    const nowMs = clock.nowMs();
    const next = nextPoll(state, outcome, nowMs, port.draw());
    state = next;
    cancelNext = clock.after(next.pollAtMs - nowMs, start);
    port.polled(outcome, next);
  };

  const start = (): void => {
    underWay = poll();
  };

  return {
    state: () => state,
    start,
    async stop() {
      stopping.abort();
      cancelNext();
      await underWay;
    },
  };
}

const failure = (cause: string, detail: string) =>
  ({ kind: "failed", cause, detail, retryAfterMs: 0 }) as const;
const failureOf = ({ kind, detail }: OutboundFault): PollOutcome => failure(kind, detail);

function validatorsOf(headers: OutboundAnswer["headers"]): Readonly<Record<string, string>> {
  const { etag, "last-modified": lastModified } = headers;
  return {
    ...(etag ? { "if-none-match": etag } : {}),
    ...(lastModified ? { "if-modified-since": lastModified } : {}),
  };
}

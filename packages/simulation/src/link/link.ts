import { assert, type Random } from "@pista/kernel";

export type TimeSpan = { readonly fromMs: number; readonly toMs: number };

/** One direction of a network path. Two directions with different profiles are asymmetric. */
export type LinkProfile = {
  /** What even the luckiest packet takes. */
  readonly delayMs: number;
  /** Mean of what queues add: exponential, so it lengthens one way only, as real queues do. */
  readonly jitterMs: number;
  /** Share of packets that are lost on their own. */
  readonly lossShare: number;
  /** Loss in runs (Gilbert 1960): how often a run begins, per packet, and how many it takes. */
  readonly burst: { readonly beginShare: number; readonly meanPackets: number };
  /** Whether a packet may overtake another. */
  readonly reorders: boolean;
  /** While one lasts, nothing that is sent arrives. */
  readonly blackouts: readonly TimeSpan[];
  /** While one lasts, every packet takes so much longer: a full buffer on the way. */
  readonly surges: readonly (TimeSpan & { readonly addedMs: number })[];
};

export const perfectLink: LinkProfile = {
  delayMs: 0,
  jitterMs: 0,
  lossShare: 0,
  burst: { beginShare: 0, meanPackets: 1 },
  reorders: false,
  blackouts: [],
  surges: [],
};

export type Delivery<Payload> = { readonly atMs: number; readonly payload: Payload };

export interface SimulatedLink<Payload> {
  /** Sending times never go backwards. */
  send(atMs: number, payload: Payload): void;
  /** What has arrived by then and was not handed out before, in order of arrival. */
  deliverUntil(atMs: number): Delivery<Payload>[];
  /** When the next packet arrives, as far as is known now. */
  readonly nextMs: number | undefined;
  readonly counters: Readonly<{ sent: number; lost: number; delivered: number }>;
}

export type LinkOptions = {
  readonly random: Random;
  readonly profile: LinkProfile;
  /**
   * "lost" for a lossy lane; "repeated" for a reliable one, where a loss costs retransmissions and
   * everything behind it waits (head-of-line blocking).
   */
  readonly loss?: "lost" | "repeated";
};

/** SCTP's and TCP's retransmission timer never runs shorter than about this (RFC 6298 says 1 s). */
const repeatMsMin = 200;
const repeatMsMax = 3_000;
/** More than any path buffers at 50 Hz; beyond it the newest is lost, as in a full queue. */
const packetsMax = 4_096;

const isDuring = (span: TimeSpan, atMs: number): boolean => atMs >= span.fromMs && atMs < span.toMs;

export function createSimulatedLink<Payload>(options: LinkOptions): SimulatedLink<Payload> {
  const { random, profile, loss = "lost" } = options;
  const queue: Delivery<Payload>[] = [];
  const counters = { sent: 0, lost: 0, delivered: 0 };
  let burstLeft = 0;
  let lastSentMs = Number.NEGATIVE_INFINITY;
  let lastArrivalMs = Number.NEGATIVE_INFINITY;

  const loses = (atMs: number): boolean => {
    if (profile.blackouts.some((span) => isDuring(span, atMs))) return true;
    if (burstLeft > 0) {
      burstLeft--;
      return true;
    }
    if (random.chance(profile.burst.beginShare)) {
      burstLeft = Math.floor(-Math.log(1 - random.next()) * profile.burst.meanPackets);
      return true;
    }
    return random.chance(profile.lossShare);
  };
  const travelMs = (atMs: number): number => {
    const surge = profile.surges.find((span) => isDuring(span, atMs))?.addedMs ?? 0;
    return profile.delayMs + surge - Math.log(1 - random.next()) * profile.jitterMs;
  };
  const enqueue = (arrival: Delivery<Payload>): void => {
    if (queue.length >= packetsMax) {
      counters.lost++;
      return;
    }
    let index = queue.length;
    while (index > 0 && (queue[index - 1]?.atMs ?? 0) > arrival.atMs) index--;
    queue.splice(index, 0, arrival);
  };

  return {
    send(atMs, payload) {
      assert(atMs >= lastSentMs, "A link is used forward in time.");
      lastSentMs = atMs;
      counters.sent++;
      let leavesMs = atMs;
      for (let pauseMs = repeatMsMin; loses(leavesMs); pauseMs *= 2) {
        if (loss === "lost") {
          counters.lost++;
          return;
        }
        leavesMs += Math.min(pauseMs, repeatMsMax);
      }
      const arrivesMs = leavesMs + travelMs(leavesMs);
      const mayOvertake = profile.reorders && loss === "lost";
      const dueMs = mayOvertake ? arrivesMs : Math.max(arrivesMs, lastArrivalMs);
      lastArrivalMs = dueMs;
      enqueue({ atMs: dueMs, payload });
    },
    deliverUntil(atMs) {
      let count = 0;
      while (count < queue.length && (queue[count]?.atMs ?? 0) <= atMs) count++;
      counters.delivered += count;
      return queue.splice(0, count);
    },
    get nextMs() {
      return queue[0]?.atMs;
    },
    counters,
  };
}

import { leaseOf, newestEpochOf } from "./authority.ts";
import {
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  type GatewayStep,
  recorded,
} from "./gateway-state.ts";
import type { Lease } from "./lease.ts";
import { areCentred } from "./pilot-channel.ts";

type StepSeat = (state: GatewayState, event: GatewayEvent) => GatewayStep;

/**
 * [AU3] A handover. Whoever is to take over has the guard of a pilot, with a peer, a clock and a
 * ladder of their own, over the same vehicle; nothing of theirs moves it. Once their sticks would
 * act (lease stored, key proved, clocks compared, 25 fresh frames, centred sticks, a fresh view)
 * they are the pilot, and the one before is not, in the same step.
 */
export function stepSuccessor(step: GatewayStep, event: GatewayEvent, stepSeat: StepSeat): Outcome {
  const heard = hear(step.state, event, stepSeat);
  const { successor } = heard.state;
  const lease = successor && leaseOf(successor);
  const isOver = !lease || newestEpochOf({ ...step.state, successor: undefined }) > lease.epoch;
  const last = isOver ? forget(heard.state) : settle(heard.state, successor, lease);
  return { state: last.state, effects: [...step.effects, ...heard.effects, ...last.effects] };
}

type Outcome = Pick<GatewayStep, "state" | "effects">;

/** What the successor's own guard makes of an event, as far as it may have an effect. */
function hear(state: GatewayState, event: GatewayEvent, stepSeat: StepSeat): Outcome {
  const { successor } = state;
  const own = eventFor(event);
  if (!successor || !own) return { state, effects: [] };
  if (own.kind === "command-received") {
    const { commandId } = own;
    const effect = { kind: "answer-command", commandId, refusal: "not-in-command" } as const;
    return { state, effects: [{ kind: "tell-successor", effect }] };
  }
  const { setup, vehicle, poses, phase, takeOffAtMs, diversion, holdingSinceMs, limits } = state;
  const flight = { phase, takeOffAtMs, diversion, holdingSinceMs };
  const shared = { setup, vehicle, poses, limits, ...flight };
  const step = stepSeat({ ...successor, ...shared }, own);
  // [LG4] A stop is obeyed from whoever has proved who they are, and stands for both.
  const isStopped = step.state.stop.latched && step.state.stop.sequence > successor.stop.sequence;
  const byOthers = { latched: true, pressedAtMs: event.atMs, byOthersAtMs: event.atMs };
  const stop = isStopped ? { ...state.stop, ...byOthers } : state.stop;
  const next = { ...step.state, stop: { ...step.state.stop, latched: false } };
  return {
    state: { ...state, stop, successor: next },
    effects: step.effects.flatMap(effectOf),
  };
}

/** Poses and status are shared, and the lease itself is dealt with where leases are. */
function eventFor(event: GatewayEvent): GatewayEvent | undefined {
  switch (event.kind) {
    case "successor-heard":
      return event.event;
    case "tick":
    case "lease-key-pinned":
    case "epoch-stored":
    case "lease-revoked":
      return event;
    default:
      return undefined;
  }
}

function effectOf(effect: GatewayEffect): GatewayEffect[] {
  switch (effect.kind) {
    case "send-beacon":
    case "send-challenge":
    case "send-welcome":
    case "answer-command":
    case "tell-refusal":
    case "close-peer":
      return [{ kind: "tell-successor", effect }];
    case "report-lease":
      return [effect.state === "held" ? { ...effect, state: "awaited" } : effect];
    case "record":
      return [recorded({ kind: "successor", entry: effect.entry })];
    case "store-epoch":
      return [effect];
    default:
      // Neither a velocity nor an order: the vehicle is another's.
      return [];
  }
}

/** [AU3] Seated as soon as their sticks would act, and not before; nor while they would move it. */
function settle(state: GatewayState, successor: GatewayState, lease: Lease): Outcome {
  const { authority, lock, acting } = successor;
  const acts = authority.state === "held" && lock === undefined;
  const isReady = acts && acting !== undefined && areCentred(acting.frame.sticks);
  return isReady ? seat(state, successor, lease) : { state, effects: [] };
}

function forget(state: GatewayState): Outcome {
  const isOpen = state.successor?.peer.state === "open";
  // [AU1] Its epoch is spent, stored or not: a copy that comes late does not bring it back.
  const highestEpoch = newestEpochOf(state);
  const effect = { kind: "close-peer", cause: "handover-over" } as const;
  return {
    state: { ...state, highestEpoch, successor: undefined },
    effects: isOpen ? [{ kind: "tell-successor", effect }] : [],
  };
}

function seat(state: GatewayState, successor: GatewayState, lease: Lease): Outcome {
  const before = leaseOf(state);
  const cause = "handed-over";
  const reason = "the receiver has proved what a pilot needs";
  const effects: GatewayEffect[] = [];
  if (state.peer.state === "open") effects.push({ kind: "close-peer", cause });
  if (before) {
    const { leaseId } = before;
    effects.push(recorded({ kind: "lease-ended", cause, reason }));
    effects.push({ kind: "report-lease", leaseId, state: "ended", cause });
  }
  const { leaseId, epoch, limits } = lease;
  effects.push({ kind: "seat-successor" }, recorded({ kind: "lease-held", leaseId, epoch }));
  effects.push({ kind: "report-lease", leaseId, state: "held", cause: undefined });
  // [LG4] A stop that stands survives the handover: the receiver releases it.
  const stop = { ...state.stop, sequence: successor.stop.sequence };
  return { state: { ...successor, limits, stop, successor: undefined }, effects };
}

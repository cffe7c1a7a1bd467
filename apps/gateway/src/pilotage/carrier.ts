import type { FromGateway } from "@pista/contracts";
import type { GatewayEffect, GatewayEvent, PeerEffect } from "@pista/flight";
import { assertNever, type Clock, type MonotonicMs } from "@pista/kernel";
import type { Logger } from "pino";
import { writeFrame } from "./lanes.ts";
import type { Autopilot, EpochStore, Hub, Recorded, Recorder } from "./ports.ts";
import type { Reception } from "./reception.ts";

export type CarrierOptions = {
  readonly guard: { hear(event: GatewayEvent): void };
  readonly autopilot: Autopilot;
  readonly reception: Reception;
  readonly hub: Hub;
  readonly epochs: EpochStore;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
};

type LeaseState = Extract<FromGateway, { op: "lease-state" }>;

/** Carries out what the guard decided: each effect goes to the part of the world it names. */
export class Carrier {
  readonly #options: CarrierOptions;
  /** Of the newest two leases: in a handover there are two (AU3). */
  #leaseStates: readonly LeaseState[] = [];

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  carry(effect: GatewayEffect, atMs: MonotonicMs): void {
    const { autopilot, reception, recorder, log } = this.#options;
    switch (effect.kind) {
      case "set-velocity":
        autopilot.setVelocity(effect, atMs);
        return;
      case "order-autopilot":
        log.info({ order: effect.order }, "ordered the autopilot");
        autopilot.order(effect.order, atMs);
        return;
      case "send-beacon":
      case "send-challenge":
      case "send-welcome":
      case "answer-command":
      case "tell-refusal": {
        const { lane, payload } = writeFrame(effect);
        reception.send("pilot", lane, payload);
        if (effect.kind === "send-welcome") log.info("pilot proved who they are");
        return;
      }
      case "close-peer":
        reception.dismiss("pilot", effect.cause);
        return;
      case "tell-successor":
        this.#tellSuccessor(effect.effect);
        return;
      case "seat-successor":
        reception.seatSuccessor();
        return;
      case "store-epoch":
        this.#storeEpoch(effect.epoch);
        return;
      case "report-lease": {
        const { leaseId, state, cause } = effect;
        const told = { op: "lease-state", leaseId, state, cause: cause ?? null } as const;
        const others = this.#leaseStates.filter((one) => one.leaseId !== leaseId);
        this.#leaseStates = [...others.slice(-1), told];
        this.#options.hub.tell(told);
        reception.leaseSettled();
        return;
      }
      case "record":
        recorder.record(effect.entry);
        this.#sayChange(effect.entry);
        return;
      default:
        assertNever(effect, "An effect");
    }
  }

  /** The hub is back, and may have missed how its last leases went. */
  hubUp(): void {
    for (const state of this.#leaseStates) this.#options.hub.tell(state);
  }

  #tellSuccessor(effect: PeerEffect): void {
    const { reception } = this.#options;
    if (effect.kind === "close-peer") {
      reception.dismiss("successor", effect.cause);
      return;
    }
    const { lane, payload } = writeFrame(effect);
    reception.send("successor", lane, payload);
  }

  /** [AU7] Where it fails the lease is not obeyed; its next renewal tries again. */
  #storeEpoch(epoch: number): void {
    const { epochs, guard, clock, recorder, log } = this.#options;
    epochs.store(epoch).then(
      () => guard.hear({ kind: "epoch-stored", epoch, atMs: clock.monotonicMs() }),
      (error: unknown) => {
        log.error({ err: error, epoch }, "a lease's epoch could not be stored: it is not obeyed");
        recorder.record({ kind: "epoch-not-stored", epoch });
      },
    );
  }

  /** One line for a person at each change; drops are in the record, where they are counted. */
  #sayChange(entry: Recorded): void {
    const { log } = this.#options;
    const { kind, ...details } = entry;
    const quiet = ["frame-dropped", "lock-changed", "command-refused"];
    if (quiet.includes(kind)) log.debug(details, kind);
    else if (kind === "autopilot-refused" || kind === "lease-refused" || kind === "peer-refused") {
      log.warn(details, kind);
    } else log.info(details, kind);
  }
}

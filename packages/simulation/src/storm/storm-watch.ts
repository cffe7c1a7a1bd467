import {
  divertSpeedMpsMax,
  type GatewayEffect,
  type GatewayEvent,
  type GatewayState,
  holdMsMax,
  poseAgeMsMax,
  poseSigmaMMax,
  provableAgeMsMax,
  telemetrySpeedMpsMax,
} from "@pista/flight";
import { speedOf } from "@pista/kernel";
import type { CopterState } from "../copter.ts";
import {
  type Acted,
  actedOf,
  agesOf,
  judgeAges,
  judgeSeat,
  type Lateness,
  lateByTimers,
  type Moment,
  onTime,
  raise,
  toleranceMs,
} from "./storm-acted.ts";
import { clockToleranceMs, StormLeases } from "./storm-leases.ts";
import type { SentFrame } from "./storm-pilot.ts";
import { judgePlace } from "./storm-place.ts";
import type { StormPlan } from "./storm-plan.ts";
import { calmStatistics, type StormFinding } from "./storm-report.ts";
import { boundM } from "./storm-site.ts";
import { movedUnder, type Stop } from "./storm-stop.ts";
import { StormView } from "./storm-view.ts";

type Stepped = {
  /** In the storm's own time. */
  readonly event: GatewayEvent;
  readonly gatewayMs: number;
  readonly before: GatewayState;
  readonly after: GatewayState;
  readonly effects: readonly GatewayEffect[];
  /** The frame of a `frame-received`, with what only the storm knows about it. */
  readonly arrived: SentFrame | undefined;
};

const nobody = { acted: undefined, frames: 0 } as const;

/** A storm tells at most so much: the first finding is the one to read. */
const findingsMax = 20;
/** Two periods of the gateway, for a duty that is seen to at the next tick. */
const duePeriodsMs = 40;
/**
 * Watches one storm from outside: by the storm's own time, by what was truly sent and by what the
 * gateway was told. Of the gateway's own state it takes only the estimate that wall (a) is about.
 */
export class StormWatch {
  readonly findings: StormFinding[] = [];
  readonly statistics = calmStatistics();
  readonly leases: StormLeases;
  private readonly view: StormView;
  private readonly from: StormPlan["vehicle"]["from"];
  private readonly storedEpochs = new Set<number>();
  /** [AU7] What was stored before the last restart is spent. */
  private spentEpoch = 0;
  private acted: Acted | undefined;
  /** [AU3] The same, and how many frames in a row, of whoever is to take over. */
  private receiver: { readonly acted: Acted | undefined; readonly frames: number } = nobody;
  private isMoving = false;
  private highestHeldEpoch = 0;
  private stop: Stop = { highest: 0, latched: "no" };
  /** Whenever one was pressed by whoever may, a stop that stood already included. */
  private stoppedAtMs = Number.NEGATIVE_INFINITY;
  private isMet = false;
  private mode: GatewayState["vehicle"]["mode"] = "unknown";
  private isAirborne = false;
  private lastPoseAtMs = Number.NEGATIVE_INFINITY;
  private lastSigmaM = 0;
  private lastUsableAtMs = 0;
  /** Since when the gateway alone has had the vehicle in the air with no landing ordered. */
  private inChargeSinceMs: number | undefined;
  private landsSince: "nothing" | "order" | "interruption" = "nothing";
  private revoked: { readonly atMs: number; readonly epoch: number } | undefined;

  constructor(plan: StormPlan) {
    this.from = plan.vehicle.from;
    this.view = new StormView(plan.hub.clearViewM);
    this.leases = new StormLeases(plan);
    this.statistics.boundM = boundM(plan);
  }

  /** The guard began anew: what it was told before, it cannot know. */
  restarted(storedEpoch: number, atMs: number): void {
    this.statistics.restarts++;
    this.spentEpoch = storedEpoch;
    this.acted = undefined;
    this.receiver = nobody;
    this.isMoving = false;
    this.stop = { highest: 0, latched: "no" };
    this.isMet = false;
    this.mode = "unknown";
    this.isAirborne = false;
    this.lastPoseAtMs = Number.NEGATIVE_INFINITY;
    this.lastUsableAtMs = atMs;
    this.inChargeSinceMs = undefined;
    this.landsSince = "nothing";
    this.revoked = undefined;
  }

  epochStored(epoch: number): void {
    this.storedEpochs.add(epoch);
  }

  connected(): void {
    this.acted = undefined;
    this.stop = { ...this.stop, highest: 0 };
  }

  stepped(step: Stepped): void {
    this.followVehicle(step);
    this.followAuthority(step);
    this.followFrames(step);
    this.followStops(step);
    for (const effect of step.effects) this.judge(effect, step);
    this.judgeDuties(step);
  }

  reportAll(findings: readonly Omit<StormFinding, "atMs">[], atMs: number): void {
    for (const { rule, what } of findings) this.report(rule, atMs, what);
  }

  private report(rule: string, atMs: number, what: string): void {
    if (this.findings.length < findingsMax) this.findings.push({ rule, atMs, what });
  }

  private followVehicle({ event }: Stepped): void {
    if (event.kind === "pose-received") {
      this.view.heard(event.pose, event.atMs);
      this.lastPoseAtMs = event.atMs;
      this.lastSigmaM = event.pose.sigmaM ?? 0;
    }
    if (event.kind !== "vehicle-status") return;
    // [AU7] A guard that finds the vehicle in the air cannot know that no stop stands.
    if (!this.isMet && event.armed && event.landed !== true) {
      this.stop = { highest: 0, latched: "by-restart" };
      this.statistics.restartsInAir++;
    }
    this.isMet = true;
    const lastMode = this.mode;
    const wasInCharge = this.isAirborne && lastMode === "guided";
    this.mode = event.mode;
    this.isAirborne = event.armed && event.landed === false;
    if (wasInCharge && this.isAirborne && event.mode === "other") {
      this.statistics.safetyPilotTakes++;
    }
    if (!this.isAirborne || event.mode !== "guided") this.inChargeSinceMs = undefined;
    else if (!wasInCharge) this.inChargeSinceMs = event.atMs;
    if (event.mode !== "guided" || !event.armed) this.isMoving = false;
    const isInterrupted =
      event.mode === "other" || (lastMode === "landing" && event.mode !== "landing");
    if (!this.isAirborne) this.landsSince = "nothing";
    else if (this.landsSince === "order" && isInterrupted) this.landsSince = "interruption";
  }

  private followAuthority({ event, before, after }: Stepped): void {
    const { authority } = after;
    if (event.kind === "lease-revoked" && "lease" in before.authority) {
      const { leaseId, epoch } = before.authority.lease;
      if (leaseId === event.leaseId) {
        this.revoked = { atMs: event.atMs, epoch };
        this.statistics.revocations++;
      }
    }
    if (authority.state !== "held") return;
    const { epoch } = authority.lease;
    if (!this.storedEpochs.has(epoch)) {
      this.report("AU7", event.atMs, `epoch ${epoch} is obeyed before it is stored`);
    }
    if (epoch <= this.spentEpoch) {
      this.report("AU7", event.atMs, `epoch ${epoch} is obeyed after a restart that spent it`);
    }
    if (epoch < this.highestHeldEpoch) {
      this.report("AU1", event.atMs, `epoch ${epoch} is obeyed after ${this.highestHeldEpoch}`);
    }
    if (epoch > this.highestHeldEpoch && this.stop.latched === "by-pilot") {
      this.stop = { ...this.stop, latched: "by-forerunner" };
    }
    this.highestHeldEpoch = Math.max(this.highestHeldEpoch, epoch);
    if (this.revoked && epoch > this.revoked.epoch) this.revoked = undefined;
  }

  private followFrames({ event, gatewayMs, after, effects, arrived }: Stepped): void {
    const isReceivers = event.kind === "successor-heard";
    const heard = isReceivers ? event.event : event;
    if (heard.kind === "peer-opened" && isReceivers) this.receiver = nobody;
    if (heard.kind === "frame-received" && arrived) {
      this.statistics.framesArrived++;
      const seat = isReceivers ? (after.successor ?? after) : after;
      const at = { trueMs: event.atMs, gatewayMs };
      if (isReceivers) this.followReceiver(at, seat, arrived);
      else this.followPilot(at, seat, arrived);
    }
    if (effects.some(({ kind }) => kind === "seat-successor")) this.followSeat(after, event.atMs);
  }

  private followPilot(at: Moment, after: GatewayState, arrived: SentFrame): void {
    const { trueMs: atMs } = at;
    const { frame, trulySampledAtMs } = arrived;
    if (atMs - trulySampledAtMs <= provableAgeMsMax) this.lastUsableAtMs = atMs;
    const isActed = after.acting?.frame.sequence === frame.sequence;
    if (!isActed || this.acted?.sent === arrived) return;
    this.statistics.framesActed++;
    const last = this.acted?.sent.frame.sequence ?? 0;
    if (frame.sequence <= last) {
      this.report("LG5", atMs, `frame ${frame.sequence} acts after frame ${last}`);
    }
    if (frame.leaseEpoch < this.highestHeldEpoch) {
      this.report("AU1", atMs, `a frame of epoch ${frame.leaseEpoch} acts`);
    }
    this.view.acted(arrived, atMs);
    this.acted = actedOf(after, at.gatewayMs, arrived);
  }

  private followReceiver(at: Moment, seat: GatewayState, arrived: SentFrame): void {
    const { frame } = arrived;
    if (seat.acting?.frame.sequence !== frame.sequence) return;
    const isNew = this.receiver.acted?.sent !== arrived;
    const frames = this.receiver.frames + (isNew ? 1 : 0);
    if (isNew) this.view.acted(arrived, at.trueMs);
    this.receiver = { acted: actedOf(seat, at.gatewayMs, arrived), frames };
  }

  private followSeat(after: GatewayState, atMs: number): void {
    const { acted, frames } = this.receiver;
    this.statistics.handovers++;
    this.receiver = nobody;
    this.acted = acted;
    this.lastUsableAtMs = atMs;
    this.stop = { ...this.stop, highest: after.stop.sequence };
    this.reportAll(judgeSeat(acted, frames, atMs), atMs);
  }

  private followStops({ event, before, after, effects, arrived }: Stepped): void {
    if (event.kind === "successor-heard") {
      if (!after.stop.latched || before.stop.latched) return;
      this.stop = { ...this.stop, latched: "by-pilot" };
      this.stoppedAtMs = event.atMs;
      this.statistics.stops++;
      return;
    }
    // [AU2] A page is welcomed before it sends one; what it sends when its lease is over is nobody's.
    const isHeld = before.authority.state === "held";
    const sequence =
      event.kind === "stop-received"
        ? isHeld
          ? event.stopSequence
          : 0
        : arrived && after.acting?.frame.sequence === arrived.frame.sequence
          ? arrived.frame.stopSequence
          : 0;
    if (sequence > this.stop.highest) {
      this.stop = { highest: sequence, latched: "by-pilot" };
      this.stoppedAtMs = event.atMs;
      this.statistics.stops++;
    }
    if (event.kind !== "command-received" || event.command.op !== "release-stop") return;
    const answer = effects.find(({ kind }) => kind === "answer-command");
    if (answer?.kind === "answer-command" && answer.refusal === undefined) {
      this.stop = { ...this.stop, latched: "no" };
      this.statistics.releases++;
    }
  }

  private judge(effect: GatewayEffect, { event, gatewayMs, before, after }: Stepped): void {
    const { atMs } = event;
    const at = { trueMs: atMs, gatewayMs };
    if (effect.kind === "record" && effect.entry.kind === "phase-changed") {
      const { from, to } = effect.entry;
      if (to === "diverting") {
        this.statistics.diversions++;
        this.inChargeSinceMs = undefined;
      } else if (from === "diverting" && to === "flying") this.inChargeSinceMs = atMs;
    }
    if (effect.kind === "order-autopilot") {
      if (effect.order === "land") this.statistics.landings++;
      if (effect.order === "take-off") this.statistics.takeOffs++;
      if (effect.order === "land") {
        this.inChargeSinceMs = undefined;
        this.landsSince = "order";
      }
      if (this.mode === "other" && this.isAirborne) {
        this.report("AU4", atMs, `${effect.order} is ordered while the safety pilot flies`);
      }
    }
    if (effect.kind !== "set-velocity") return;
    this.statistics.velocities++;
    if (this.mode === "other") this.report("AU4", atMs, "a velocity is sent to the safety pilot");
    const speedMps = speedOf(effect.velocity);
    if (after.phase === "diverting") {
      this.isMoving = false;
      this.judgeDiverting(atMs, speedMps);
      return;
    }
    const wasMoving = this.isMoving;
    this.isMoving = speedMps > 0 || effect.yawRateDegps !== 0;
    // What acted until this moment must have been allowed to, by the margin that held until now and
    // up to the lateness of a timer.
    if (wasMoving) this.judgeCommand(before, at, lateByTimers);
    if (!this.isMoving) return;
    this.statistics.movingVelocities++;
    this.judgeCommand(after, at, onTime);
    const sent = this.acted?.sent;
    if (sent) this.reportAll(this.view.judgeWay(sent, speedMps, atMs, this.statistics), atMs);
    this.judgeMoving(after, atMs, speedMps);
  }

  /** [LG1] [LG3] What acts, and what acted until now. */
  private judgeCommand(state: GatewayState, at: Moment, late: Lateness): void {
    const { acted, view, statistics } = this;
    if (!acted) {
      if (late === onTime) this.report("LG1", at.trueMs, "it moves without a command");
      return;
    }
    const ages = agesOf(acted, state, at);
    this.reportAll(judgeAges(ages, late.wallMs), at.trueMs);
    this.reportAll(view.judgeAge(acted.sent, at.trueMs, late.viewMs), at.trueMs);
    if (late === onTime) raise(statistics, ages, view.ageMs(acted.sent, at.trueMs));
  }

  /** [LG2] Nobody commands; what forbids every movement forbids this one. */
  private judgeDiverting(atMs: number, speedMps: number): void {
    if (speedMps === 0) return;
    if (speedMps > divertSpeedMpsMax + 1e-9) {
      this.report("LG2", atMs, `it diverts at ${speedMps.toFixed(2)} m/s`);
    }
    if (atMs - this.stoppedAtMs < holdMsMax - clockToleranceMs) {
      this.report("LG4", atMs, "it diverts within two seconds of a stop");
    }
    this.judgeOdometry(atMs);
  }

  private judgeOdometry(atMs: number): void {
    if (atMs - this.lastPoseAtMs > poseAgeMsMax + toleranceMs) {
      this.report("LG11", atMs, "it moves without odometry");
    }
    if (this.lastSigmaM > poseSigmaMMax) this.report("LG11", atMs, "it moves on unsure odometry");
  }

  private judgeMoving(after: GatewayState, atMs: number, speedMps: number): void {
    const { latched } = this.stop;
    const moved = latched === "no" ? undefined : movedUnder[latched];
    if (moved) this.report(moved.rule, atMs, moved.what);
    if (this.revoked) this.report("AU5", atMs, "it moves after the revocation");
    if (after.authority.state !== "held") this.report("AU2", atMs, "it moves without a lease");
    else {
      const { limits, view, epoch } = after.authority.lease;
      if (this.leases.isOver(epoch, atMs)) {
        this.report("AU2", atMs, `it moves on epoch ${epoch}, which was signed too long ago`);
      }
      const most = view === "telemetry" ? telemetrySpeedMpsMax : Number.POSITIVE_INFINITY;
      if (speedMps > Math.min(limits.speedMpsMax, most) + 1e-9) {
        this.report("LG3", atMs, `${speedMps.toFixed(2)} m/s is over the lease's limit`);
      }
    }
    this.judgeOdometry(atMs);
  }

  /** [LG2] [AU5] What must have been done by now, seen from the vehicle's side. */
  private judgeDuties({ event }: Stepped): void {
    if (this.inChargeSinceMs === undefined) return;
    const { atMs } = event;
    const landBy = (sinceMs: number): number =>
      Math.max(sinceMs, this.inChargeSinceMs ?? sinceMs) + holdMsMax + duePeriodsMs;
    const why =
      this.landsSince === "interruption"
        ? "the landing that the safety pilot interrupted was not ordered again"
        : "no landing was ordered after two seconds";
    if (this.revoked && atMs > landBy(this.revoked.atMs)) this.report("AU5", atMs, why);
    if (atMs > landBy(this.lastUsableAtMs + provableAgeMsMax)) this.report("LG2", atMs, why);
  }

  vehicle(copter: CopterState, atMs: number): void {
    this.reportAll(judgePlace(copter, this.from, this.statistics), atMs);
  }

  end({ vehicle, autopilot }: CopterState, atMs: number): void {
    if (!vehicle.onFloor || autopilot.armed) {
      const isKept = this.landsSince === "interruption";
      this.report(
        "LG2",
        atMs,
        isKept
          ? "the landing that the safety pilot interrupted was not ordered again"
          : `the pilot is long gone and the vehicle is still in ${autopilot.mode}`,
      );
    }
  }
}

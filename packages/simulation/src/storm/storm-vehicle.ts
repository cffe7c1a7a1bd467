import {
  type AutopilotOrder as FlightOrder,
  type GatewayEvent,
  takeOffHeightM,
} from "@pista/flight";
import { type EnuM, monotonicMs, type Random } from "@pista/kernel";
import type { AutopilotOrder } from "../autopilot/autopilot-state.ts";
import { type CopterState, orderCopter, parkedCopter, stepCopter } from "../copter.ts";
import { createOdometry, type Odometry } from "../odometry/odometry.ts";
import { vehicleStepS } from "../vehicle/vehicle.ts";
import type { StormPlan } from "./storm-plan.ts";
import { stormBody } from "./storm-site.ts";
import type { Timeline } from "./timeline.ts";

/** From the gateway to the autopilot and back: a serial line. */
const wireMs = 4;
const statusPeriodMs = 200;
/** [LG10] What the gateway sets before it arms. */
const guidedTimeoutS = 0.3;

/** A real one has its time-outs and failsafes read back first, and stands in its old mode meanwhile. */
const takeOffMs = { arm: 700, climb: 900 } as const;

/** The vehicle of a storm, its autopilot and odometry, at the other end of a wire. */
export class StormVehicle {
  private readonly timeline: Timeline;
  private readonly hear: (event: GatewayEvent) => void;
  private readonly mayTakeOff: (nowMs: number) => boolean;
  private readonly airRandom: Random;
  private readonly odometry: Odometry;
  private copter: CopterState;
  private copterSteps = 0;
  private errorM: EnuM = { eastM: 0, northM: 0, upM: 0 };
  private lastStatus = "";

  constructor(options: {
    readonly plan: StormPlan;
    readonly random: Random;
    readonly timeline: Timeline;
    readonly hear: (event: GatewayEvent) => void;
    readonly mayTakeOff: (nowMs: number) => boolean;
  }) {
    const { plan, random, timeline, hear, mayTakeOff } = options;
    this.mayTakeOff = mayTakeOff;
    this.timeline = timeline;
    this.hear = hear;
    this.airRandom = random.fork();
    this.odometry = createOdometry(plan.odometry, random.fork());
    this.copter = parkedCopter(stormBody(plan.vehicle), { ...plan.vehicle.from, headingDeg: 90 });
    const timeout = { kind: "set-parameter", name: "GUID_TIMEOUT", value: guidedTimeoutS } as const;
    this.copter = orderCopter(this.copter, timeout).state;
  }

  orderFlight(order: FlightOrder, atMs: number): void {
    const by = "ground-station";
    switch (order) {
      case "land":
        this.order(atMs, { kind: "set-mode", mode: "land", by });
        break;
      case "motors-off":
        this.order(atMs, { kind: "disarm", byForce: true });
        break;
      case "take-off":
        this.whileWanted(atMs + takeOffMs.arm, (nowMs) => {
          this.order(nowMs, { kind: "set-mode", mode: "guided", by });
          this.order(nowMs, { kind: "arm" }, order);
        });
        this.whileWanted(atMs + takeOffMs.climb, (nowMs) =>
          this.order(nowMs, { kind: "take-off", heightM: takeOffHeightM }, order),
        );
        break;
    }
  }

  /** As the gateway's adapter does it: before each step it asks whether there is a take-off still. */
  private whileWanted(atMs: number, act: (nowMs: number) => void): void {
    this.timeline.at(atMs, (nowMs) => {
      if (this.mayTakeOff(nowMs)) act(nowMs);
    });
  }

  order(atMs: number, order: AutopilotOrder, tell?: FlightOrder): void {
    this.timeline.at(atMs + wireMs, (nowMs) => {
      this.at(nowMs);
      const step = orderCopter(this.copter, order);
      this.copter = step.state;
      if (step.accepted || !tell) return;
      this.timeline.at(nowMs + wireMs, (heardMs) => {
        const reason = step.notices[0]?.text ?? "refused";
        this.hear({ kind: "autopilot-refused", order: tell, reason, atMs: monotonicMs(heardMs) });
      });
    });
  }

  turnSwitch(mode: "brake" | "guided", nowMs: number): void {
    this.at(nowMs);
    if (mode === "brake" && !this.copter.autopilot.armed) return;
    this.copter = orderCopter(this.copter, { kind: "set-mode", mode, by: "safety-pilot" }).state;
  }

  /** The vehicle as it is then; its time never goes backwards. */
  at(untilMs: number): CopterState {
    const steps = Math.floor(untilMs / (vehicleStepS * 1_000));
    while (this.copterSteps < steps) {
      this.copterSteps++;
      this.copter = stepCopter(this.copter, vehicleStepS, this.airRandom, this.errorM).state;
    }
    return this.copter;
  }

  /** To a guard that knows nothing yet, everything is news. */
  forgetReported(): void {
    this.lastStatus = "";
  }

  /** What the autopilot tells the gateway 50 times a second. */
  report(nowMs: number): void {
    const { vehicle, autopilot } = this.at(nowMs);
    const reading = this.odometry.read(vehicle.position, nowMs);
    if (reading) {
      const { position, sigmaM } = reading;
      const { velocity, headingDeg } = vehicle;
      this.errorM = {
        eastM: position.eastM - vehicle.position.eastM,
        northM: position.northM - vehicle.position.northM,
        upM: 0,
      };
      const pose = { position, velocity, headingDeg, sigmaM };
      this.timeline.at(nowMs + wireMs, (heardMs) =>
        this.hear({ kind: "pose-received", pose, atMs: monotonicMs(heardMs) }),
      );
    }
    const { armed, landed, mode: flightMode } = autopilot;
    const mode = flightMode === "guided" ? flightMode : flightMode === "land" ? "landing" : "other";
    const status = `${armed} ${landed} ${mode}`;
    if (status === this.lastStatus && nowMs % statusPeriodMs !== 0) return;
    this.lastStatus = status;
    this.timeline.at(nowMs + wireMs, (heardMs) => {
      const atMs = monotonicMs(heardMs);
      const told = { armed, mode, landed, batteryPct: undefined, guardsConfirmed: true } as const;
      this.hear({ kind: "vehicle-status", ...told, atMs });
    });
  }
}

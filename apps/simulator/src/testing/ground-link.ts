import { createRandom, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type CommandOutcome,
  createDatagramReader,
  createFrameWriter,
  type ExchangeEvent,
  groundStation,
  MavCmd,
  type MavlinkFrame,
  type MavlinkMessage,
  type OutgoingMessage,
  type Parties,
  type Step,
  startCommand,
  startHeartbeat,
  stepCommand,
  stepHeartbeat,
} from "@pista/mavlink";
import {
  createSimulatedLink,
  demonstrationBody,
  type LinkProfile,
  type OdometryProfile,
  odometryLike,
  parkedCopter,
  perfectLink,
} from "@pista/simulation";
import { SimulatedDrone } from "../drone/drone-device.ts";

export type Named<Name extends MavlinkMessage["name"]> = Extract<MavlinkMessage, { name: Name }>;

const periodMs = 5;

/** One packet in seven is lost each way, some in runs; they overtake one another. */
export const lossyLink: LinkProfile = {
  ...perfectLink,
  delayMs: 10,
  jitterMs: 15,
  lossShare: 0.1,
  burst: { beginShare: 0.02, meanPackets: 3 },
  reorders: true,
};

/** A ground station and the drone at the two ends of a link, in real bytes and a time of their own. */
export class GroundLink {
  readonly drone: SimulatedDrone;
  readonly heard: MavlinkFrame[] = [];
  readonly parties: Parties = {
    self: { systemId: 255, componentId: 190 },
    target: { systemId: 1, componentId: 1 },
  };
  nowMs = 0;
  private readonly stationWriter = createFrameWriter(this.parties.self);
  private readonly stationReader = createDatagramReader();
  private readonly droneReader = createDatagramReader();
  private readonly up;
  private readonly down;
  private heartbeat = startHeartbeat({ own: groundStation }, monotonicMs(0));

  constructor(options: { seed: number; profile?: LinkProfile; odometry?: OdometryProfile }) {
    const { seed, profile = perfectLink, odometry = odometryLike("mild") } = options;
    const random = createRandom(seed);
    this.up = createSimulatedLink<Uint8Array>({ random: random.fork(), profile });
    this.down = createSimulatedLink<Uint8Array>({ random: random.fork(), profile });
    const writer = createFrameWriter(this.parties.target);
    this.drone = new SimulatedDrone({
      copter: parkedCopter(demonstrationBody, { eastM: 5, northM: 15, headingDeg: 90 }),
      odometry,
      random: random.fork(),
      send: (message) => this.down.send(this.nowMs, writer.write(message)),
    });
  }

  get lost(): number {
    return this.up.counters.lost + this.down.counters.lost;
  }

  send(message: OutgoingMessage): void {
    this.up.send(this.nowMs, this.stationWriter.write(message));
  }

  /** A little time passes; what the station then hears. */
  pass(): readonly MavlinkFrame[] {
    this.nowMs += periodMs;
    const beat = stepHeartbeat(this.heartbeat, { kind: "tick" }, this.now);
    this.heartbeat = beat.exchange;
    for (const message of beat.send) this.send(message);
    for (const { payload } of this.up.deliverUntil(this.nowMs)) {
      for (const frame of this.droneReader.read(payload)) this.drone.receive(frame);
    }
    this.drone.advanceTo(this.nowMs);
    const frames = this.down
      .deliverUntil(this.nowMs)
      .flatMap(({ payload }) => this.stationReader.read(payload));
    this.heard.push(...frames);
    return frames;
  }

  get now(): MonotonicMs {
    return monotonicMs(this.nowMs);
  }

  /** Runs one of `packages/mavlink`'s exchanges to its end. */
  run<State extends { readonly state: string }>(
    first: Step<State>,
    step: (exchange: State, event: ExchangeEvent, nowMs: MonotonicMs) => Step<State>,
  ): Extract<State, { state: "ended" }> {
    let { exchange } = first;
    const follow = (next: Step<State>): void => {
      exchange = next.exchange;
      for (const message of next.send) this.send(message);
    };
    follow(first);
    while (exchange.state !== "ended") {
      const frames = this.pass();
      for (const frame of frames) follow(step(exchange, { kind: "frame", frame }, this.now));
      follow(step(exchange, { kind: "tick" }, this.now));
    }
    // The loop ends with this very state.
    return exchange as Extract<State, { state: "ended" }>;
  }

  command(
    command: number,
    params: readonly number[] = [],
    place?: { frame: number; x: number; y: number; z: number },
  ): CommandOutcome {
    const [p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0] = params;
    const patience = { timeoutMs: 500, attemptsMax: 20 };
    const asked = place
      ? ({ kind: "int", command, params: [p1, p2, p3, p4], ...place } as const)
      : ({ kind: "long", command, params: [p1, p2, p3, p4, p5, p6, p7] } as const);
    const request = { ...this.parties, command: asked, patience };
    return this.run(startCommand(request, this.now), stepCommand).outcome;
  }

  /** REQUEST_MESSAGE, repeated as ground stations do until the message is there or refused. */
  request<Name extends MavlinkMessage["name"]>(
    name: Name,
    messageId: number,
    index = 0,
    which: (message: Named<Name>) => boolean = () => true,
  ): Named<Name> | { refused: number } {
    for (let attempt = 0; attempt < 10; attempt++) {
      const from = this.heard.length;
      const outcome = this.command(MavCmd.REQUEST_MESSAGE, [messageId, index]);
      if (outcome.kind === "refused") return { refused: outcome.result };
      const message = this.find(name, which, { from, forMs: 1_000 });
      if (message) return message;
    }
    throw new Error(`${name} was never heard.`);
  }

  /** The first such message from then on, which may yet have to come. */
  find<Name extends MavlinkMessage["name"]>(
    name: Name,
    which: (message: Named<Name>) => boolean,
    { from, forMs }: { from: number; forMs: number },
  ): Named<Name> | undefined {
    const untilMs = this.nowMs + forMs;
    const isIt = (message: MavlinkMessage): message is Named<Name> =>
      // Of the messages, those of this name have this type: the union is told apart by it.
      message.name === name && which(message as Named<Name>);
    let next = from;
    for (;;) {
      for (; next < this.heard.length; next++) {
        const message = this.heard[next]?.message;
        if (message && isIt(message)) return message;
      }
      if (this.nowMs >= untilMs) return undefined;
      this.pass();
    }
  }

  wait(ms: number, until: () => boolean = () => false): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs && !until(); ) this.pass();
  }

  last<Name extends MavlinkMessage["name"]>(name: Name): Named<Name> | undefined {
    // As above.
    return this.heard.findLast(({ message }) => message.name === name)?.message as
      | Named<Name>
      | undefined;
  }

  get said(): string[] {
    return this.heard.flatMap(({ message }) =>
      message.name === "STATUSTEXT" ? [message.text] : [],
    );
  }
}

import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { monotonicMs } from "@pista/kernel";
import {
  createFrameWriter,
  groundStation,
  MavCmd,
  type OutgoingMessage,
  startHeartbeat,
  stepHeartbeat,
} from "@pista/mavlink";

const target = { targetSystem: 1, targetComponent: 1 } as const;

/** The safety pilot's ground station, on a line of its own, with the system id that most of them have. */
export class SafetyStation {
  readonly #socket = createSocket("udp4");
  readonly #writer = createFrameWriter({ systemId: 255, componentId: 190 });
  #vehicle: RemoteInfo | undefined;
  #heartbeat = startHeartbeat({ own: groundStation }, monotonicMs(performance.now()));
  #timer: NodeJS.Timeout | undefined;

  /** The port that the vehicle sends to. */
  async open(): Promise<number> {
    this.#socket.on("message", (_, from) => {
      this.#vehicle = from;
    });
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    this.#timer = setInterval(() => this.#tick(), 100);
    return this.#socket.address().port;
  }

  setMode(mode: number): void {
    const none = { param3: 0, param4: 0, param5: 0, param6: 0, param7: 0 };
    const command = MavCmd.DO_SET_MODE;
    const params = { param1: 1, param2: mode, ...none };
    this.#send({ name: "COMMAND_LONG", ...target, command, confirmation: 0, ...params });
  }

  setParameter(paramId: string, paramValue: number): void {
    this.#send({ name: "PARAM_SET", ...target, paramId, paramValue, paramType: 9 });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #tick(): void {
    const now = monotonicMs(performance.now());
    const { exchange, send } = stepHeartbeat(this.#heartbeat, { kind: "tick" }, now);
    this.#heartbeat = exchange;
    for (const message of send) this.#send(message);
  }

  #send(message: OutgoingMessage): void {
    const vehicle = this.#vehicle;
    if (vehicle) this.#socket.send(this.#writer.write(message), vehicle.port, vehicle.address);
  }
}

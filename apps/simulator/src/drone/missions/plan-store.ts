import {
  MavCmd,
  type MavlinkMessage,
  MavMissionResult,
  MavMissionType,
  type MissionItem,
  type MissionItemInt,
  type OutgoingMessage,
} from "@pista/mavlink";
import { type Sender, targetOf } from "../sender.ts";
import { isKnownFrame } from "../world.ts";
import { missionCommands } from "./mission-legs.ts";

/** One upload: what has come so far, and the next item's wait. */
type Upload = {
  readonly from: Sender;
  readonly count: number;
  readonly items: MissionItem[];
  heardAtMs: number;
  askedAtMs: number;
};

type List = {
  items: readonly MissionItem[];
  upload: Upload | undefined;
  uploadedBy: Sender | undefined;
};

/** As many as ArduPilot holds on a board of 16 kB. */
const itemsMax = 700;
/** MissionItemProtocol: upload_timeout_ms, and the wait before an item is asked for again. */
const uploadTimeoutMs = 8_000;
const askAgainMs = 1_000;

const commandsOf: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [MavMissionType.MISSION, missionCommands],
  [
    MavMissionType.FENCE,
    new Set<number>([
      MavCmd.NAV_FENCE_RETURN_POINT,
      MavCmd.NAV_FENCE_POLYGON_VERTEX_INCLUSION,
      MavCmd.NAV_FENCE_POLYGON_VERTEX_EXCLUSION,
      MavCmd.NAV_FENCE_CIRCLE_INCLUSION,
      MavCmd.NAV_FENCE_CIRCLE_EXCLUSION,
    ]),
  ],
  [MavMissionType.RALLY, new Set<number>([MavCmd.NAV_RALLY_POINT])],
]);

const isSame = (one: Sender, other: Sender): boolean =>
  one.systemId === other.systemId && one.componentId === other.componentId;

/**
 * The vehicle's side of the mission protocol, for missions, fences and rally points, as ArduPilot's
 * MissionItemProtocol has it, and kinder in two points: a repeated item is answered by what was
 * lost (the next request, or the acceptance), where ArduPilot ends the upload with an error; and
 * the old list stays until the new one is whole.
 */
export class PlanStore {
  private readonly lists: ReadonlyMap<number, List> = new Map(
    Array.from(commandsOf.keys(), (type) => [
      type,
      { items: [], upload: undefined, uploadedBy: undefined },
    ]),
  );
  private readonly send: (message: OutgoingMessage) => void;
  private readonly changed: (missionType: number) => void;

  constructor(options: {
    readonly send: (message: OutgoingMessage) => void;
    readonly changed: (missionType: number) => void;
  }) {
    this.send = options.send;
    this.changed = options.changed;
  }

  items(missionType: number): readonly MissionItem[] {
    return this.lists.get(missionType)?.items ?? [];
  }

  /**
   * False for a message of another protocol.
   * @param told an item as the vehicle tells it, for home and the current item are its own
   */
  receive(
    message: MavlinkMessage,
    from: Sender,
    nowMs: number,
    told: (missionType: number, seq: number) => MissionItem | undefined,
  ): boolean {
    if (message.name === "MISSION_CLEAR_ALL" && message.missionType === MavMissionType.ALL) {
      for (const [type, list] of this.lists) this.replace(type, list, []);
      this.ack(from, message.missionType, MavMissionResult.ACCEPTED);
      return true;
    }
    switch (message.name) {
      case "MISSION_COUNT":
      case "MISSION_CLEAR_ALL":
      case "MISSION_ITEM_INT":
      case "MISSION_REQUEST":
      case "MISSION_REQUEST_INT":
      case "MISSION_REQUEST_LIST":
        break;
      default:
        return false;
    }
    const { missionType } = message;
    const list = this.lists.get(missionType);
    if (!list) {
      this.ack(from, missionType, MavMissionResult.UNSUPPORTED);
      return true;
    }
    switch (message.name) {
      case "MISSION_COUNT":
        this.begin(list, message.count, missionType, from, nowMs);
        break;
      case "MISSION_ITEM_INT":
        this.take(list, message, from, nowMs);
        break;
      case "MISSION_CLEAR_ALL":
        if (!list.upload) this.replace(missionType, list, []);
        this.ack(
          from,
          missionType,
          list.upload ? MavMissionResult.ERROR : MavMissionResult.ACCEPTED,
        );
        break;
      case "MISSION_REQUEST":
        // It asks for a MISSION_ITEM, with rounded places; those who know MAVLink 2 ask for the other.
        this.ack(from, missionType, MavMissionResult.UNSUPPORTED);
        break;
      default:
        this.tell(list, message, from, told);
    }
    return true;
  }

  /** Asks again for what did not come, and gives up an upload that fell silent. */
  tick(nowMs: number): void {
    for (const [missionType, list] of this.lists) {
      const { upload } = list;
      if (!upload) continue;
      if (nowMs - upload.heardAtMs > uploadTimeoutMs) {
        list.upload = undefined;
        this.ack(upload.from, missionType, MavMissionResult.OPERATION_CANCELLED);
      } else if (nowMs - upload.askedAtMs > askAgainMs) {
        this.ask(upload, missionType, nowMs);
      }
    }
  }

  private begin(list: List, count: number, missionType: number, from: Sender, nowMs: number): void {
    if (list.upload && !isSame(list.upload.from, from)) {
      this.ack(from, missionType, MavMissionResult.DENIED);
    } else if (count > itemsMax) {
      this.ack(from, missionType, MavMissionResult.NO_SPACE);
    } else if (count === 0) {
      this.replace(missionType, list, []);
      this.ack(from, missionType, MavMissionResult.ACCEPTED);
    } else {
      list.upload = { from, count, items: [], heardAtMs: nowMs, askedAtMs: nowMs };
      this.ask(list.upload, missionType, nowMs);
    }
  }

  private take(list: List, message: MissionItemInt, from: Sender, nowMs: number): void {
    const { upload } = list;
    const { missionType, seq } = message;
    if (!upload) {
      const isRepeat = list.uploadedBy && isSame(list.uploadedBy, from);
      const isLast = seq === list.items.length - 1;
      const result = isRepeat && isLast ? MavMissionResult.ACCEPTED : MavMissionResult.ERROR;
      this.ack(from, missionType, result);
      return;
    }
    if (!isSame(upload.from, from)) {
      this.ack(from, missionType, MavMissionResult.DENIED);
      return;
    }
    if (seq !== upload.items.length) {
      if (seq === upload.items.length - 1) this.ask(upload, missionType, nowMs);
      else this.ack(from, missionType, MavMissionResult.INVALID_SEQUENCE);
      return;
    }
    const fault = faultOf(message);
    if (fault !== undefined) {
      list.upload = undefined;
      this.ack(from, missionType, fault);
      return;
    }
    const { name: _name, targetSystem: _system, targetComponent: _component, ...item } = message;
    upload.items.push(item);
    upload.heardAtMs = nowMs;
    if (upload.items.length < upload.count) {
      this.ask(upload, missionType, nowMs);
      return;
    }
    this.replace(missionType, list, upload.items);
    list.uploadedBy = from;
    this.ack(from, missionType, MavMissionResult.ACCEPTED);
  }

  private tell(
    list: List,
    message: Extract<MavlinkMessage, { name: "MISSION_REQUEST_INT" | "MISSION_REQUEST_LIST" }>,
    from: Sender,
    told: (missionType: number, seq: number) => MissionItem | undefined,
  ): void {
    const { missionType } = message;
    if (list.upload) {
      this.ack(from, missionType, MavMissionResult.DENIED);
      return;
    }
    const targets = targetOf(from);
    if (message.name === "MISSION_REQUEST_LIST") {
      this.send({ name: "MISSION_COUNT", ...targets, count: list.items.length, missionType });
      return;
    }
    const { seq } = message;
    const item = told(missionType, seq);
    if (!item) this.ack(from, missionType, MavMissionResult.ERROR);
    else this.send({ ...item, name: "MISSION_ITEM_INT", ...targets, seq, missionType });
  }

  private replace(missionType: number, list: List, items: readonly MissionItem[]): void {
    list.items = items;
    list.upload = undefined;
    list.uploadedBy = undefined;
    this.changed(missionType);
  }

  private ask(upload: Upload, missionType: number, nowMs: number): void {
    upload.askedAtMs = nowMs;
    const seq = upload.items.length;
    this.send({ name: "MISSION_REQUEST", ...targetOf(upload.from), seq, missionType });
  }

  private ack(to: Sender, missionType: number, type: number): void {
    this.send({ name: "MISSION_ACK", ...targetOf(to), type, missionType });
  }
}

/** Home, a mission's first item, may be anything: the vehicle knows its own. */
function faultOf({ missionType, seq, command, frame }: MissionItemInt): number | undefined {
  if (missionType === MavMissionType.MISSION && seq === 0) return undefined;
  if (!commandsOf.get(missionType)?.has(command)) return MavMissionResult.UNSUPPORTED;
  return isKnownFrame(frame) ? undefined : MavMissionResult.UNSUPPORTED_FRAME;
}

import type { pilotLanes } from "@pista/contracts";

export type LaneName = keyof typeof pilotLanes;

/** One data channel, as far as the pilot's side needs it. */
export type Lane = {
  readonly isOpen: () => boolean;
  /** [LG5] What still waits here has not left: 0 before anything new may be sent. */
  readonly bufferedBytes: () => number;
  readonly send: (data: Uint8Array<ArrayBuffer> | string) => void;
};

export type PeerEvents = {
  readonly lanesOpened: () => void;
  readonly received: (lane: LaneName, data: ArrayBuffer | string) => void;
  /** Called once, unless this side closed it. */
  readonly lost: () => void;
};

/** A connection to the gateway, being made or made. */
export type Peer = {
  /** The offer with its candidates. */
  readonly offer: () => Promise<string>;
  readonly accept: (answerSdp: string) => Promise<void>;
  readonly lane: (name: LaneName) => Lane;
  readonly close: () => void;
};

export type OpenPeer = (events: PeerEvents) => Peer;

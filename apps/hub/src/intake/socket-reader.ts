import type { Socket } from "node:net";
import type { Clock, Purse } from "@pista/kernel";

/**
 * Some eight reports: what is heard of one peer before its budget and the others are looked at. With
 * four times as much a flood came in lumps that the others' reports waited behind (bench/flood-row.ts).
 */
const sliceBytes = 1_024;

export interface SocketReader {
  /** Not read at the moment: its silence says nothing of the peer. */
  readonly isPaused: boolean;
  /** Something has changed that may let it read again. */
  look(): void;
}

/**
 * [IN5] Reads a socket as far as its peer may spend and the hub can take in. Whoever is over budget is
 * not read: nothing of it is dropped, it waits on its own side. What came is heard in slices, because
 * one read of a socket may bring hundreds of reports, and the others would wait for all of them.
 */
export function createSocketReader(
  socket: Socket,
  parts: {
    clock: Clock;
    purse: () => Purse;
    /** Calls back when the store has room again; undefined when it has room now. */
    waitForRoom: () => Promise<void> | undefined;
    /** So much waits for an answer, or to be read by the peer, that an answer must look again. */
    isBehind: () => boolean;
    isLeaving: () => boolean;
    hear: (slice: Buffer) => void;
  },
): SocketReader {
  /** Taken from the socket and not heard yet: never more than one read of it. */
  let unread: Buffer = Buffer.alloc(0);
  let isPaused = false;
  /** Something is arranged already that will look again. */
  let willWake = false;

  const wakeOnce = (): (() => void) => {
    willWake = true;
    return () => {
      willWake = false;
      look();
    };
  };

  const hearSlice = (): void => {
    const slice = unread.subarray(0, sliceBytes);
    unread = unread.subarray(slice.length);
    parts.purse().spend({ bytes: slice.length });
    parts.hear(slice);
  };

  const look = (): void => {
    while (!willWake && !parts.isLeaving() && !socket.destroyed) {
      const debtMs = parts.purse().debtMs();
      const room = parts.waitForRoom();
      const mayRead = debtMs === 0 && !room && !parts.isBehind();
      if (mayRead && unread.length > 0) {
        hearSlice();
        continue;
      }
      if (isPaused === mayRead) {
        isPaused = !mayRead;
        if (mayRead) socket.resume();
        else socket.pause();
      }
      if (debtMs > 0) parts.clock.after(debtMs, wakeOnce());
      else if (room) void room.then(wakeOnce());
      return;
    }
  };

  socket.on("data", (chunk: Buffer) => {
    // Whoever was refused is let talk until it has heard why; nothing of that is kept.
    if (parts.isLeaving()) return;
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    look();
  });
  socket.on("drain", look);
  return {
    get isPaused() {
      return isPaused;
    },
    look,
  };
}

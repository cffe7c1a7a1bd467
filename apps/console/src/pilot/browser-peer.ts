import { pilotLanes } from "@pista/contracts";
import type { Lane, LaneName, OpenPeer } from "./peer.ts";

/** Candidates of the machine itself come at once; what takes longer would not be used anyway. */
const gatheringMsMax = 2_000;

/** [LG4] Sticks and stop are worthless late; commands must arrive, in their order. */
const laneOptions: Record<LaneName, RTCDataChannelInit> = {
  sticks: { ordered: false, maxRetransmits: 0 },
  commands: { ordered: true },
  stop: { ordered: false, maxRetransmits: 0 },
};

const laneNames: readonly LaneName[] = ["sticks", "commands", "stop"];

/** WebRTC with the certificate that the lease names. */
export const createBrowserPeers =
  (certificate: RTCCertificate): OpenPeer =>
  ({ lanesOpened, received, lost }) => {
    const connection = new RTCPeerConnection({ certificates: [certificate], iceServers: [] });
    const channels = new Map(
      laneNames.map((name) => [
        name,
        connection.createDataChannel(pilotLanes[name], laneOptions[name]),
      ]),
    );
    let isClosed = false;
    const close = (): void => {
      isClosed = true;
      connection.close();
    };
    const lose = (): void => {
      if (isClosed) return;
      close();
      lost();
    };
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === "failed" || connection.connectionState === "closed") {
        lose();
      }
    };
    for (const [name, channel] of channels) {
      channel.binaryType = "arraybuffer";
      channel.onopen = () => {
        if ([...channels.values()].every(({ readyState }) => readyState === "open")) lanesOpened();
      };
      channel.onclose = lose;
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isClosed) return;
        if (data instanceof ArrayBuffer || typeof data === "string") received(name, data);
      };
    }
    return {
      async offer() {
        await connection.setLocalDescription(await connection.createOffer());
        await gathered(connection);
        return connection.localDescription?.sdp ?? "";
      },
      accept: (sdp) => connection.setRemoteDescription({ type: "answer", sdp }),
      lane: (name) => laneOf(channels.get(name)),
      close,
    };
  };

const laneOf = (channel: RTCDataChannel | undefined): Lane => ({
  isOpen: () => channel?.readyState === "open",
  bufferedBytes: () => channel?.bufferedAmount ?? 0,
  send(data) {
    if (channel?.readyState !== "open") return;
    // The two overloads of send() take no union.
    if (typeof data === "string") channel.send(data);
    else channel.send(data);
  },
});

const gathered = (connection: RTCPeerConnection): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(limit);
      connection.onicegatheringstatechange = null;
      resolve();
    };
    const limit = setTimeout(done, gatheringMsMax);
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === "complete") done();
    };
    if (connection.iceGatheringState === "complete") done();
  });

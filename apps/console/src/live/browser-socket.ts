import type { OpenLiveSocket } from "./connection.ts";

/** The hub's live stream at the page's own origin. */
export const openBrowserSocket: OpenLiveSocket = ({ opened, received, closed }) => {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/live`);
  socket.onopen = opened;
  socket.onmessage = ({ data }) => received(String(data));
  socket.onclose = closed;
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};

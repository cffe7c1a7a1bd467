import { createSocket } from "node:dgram";

/** Binds once to learn whether a UDP port is free; 0 lets the machine choose. */
function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", (cause) => {
      socket.close();
      reject(cause);
    });
    socket.bind(port, host, () => {
      const { port: bound } = socket.address();
      socket.close(() => resolve(bound));
    });
  });
}

/** The wanted UDP port where it is free, and any other where it is not. */
export const freeUdpPort = (host: string, wanted: number): Promise<number> =>
  tryPort(host, wanted).catch(() => tryPort(host, 0));

import { connect } from "node:net";
import type { Dial } from "./stream-link.ts";

/** A host that does not answer is given up after this. */
const answerMsMax = 5_000;

/** To where the vehicle, or a bridge to it, listens. */
export const dialTcp =
  ({ host, port }: { readonly host: string; readonly port: number }): Dial =>
  () =>
    new Promise((resolve, reject) => {
      // Set-points are small and must not wait for one another.
      const socket = connect({ host, port, noDelay: true });
      socket.setTimeout(answerMsMax, () => socket.destroy(new Error("no answer")));
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.setTimeout(0);
        socket.off("error", reject);
        resolve(socket);
      });
    });

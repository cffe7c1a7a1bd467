// Loaded by NODE_OPTIONS before the gateway's own code, for the pilotage row alone: when each stick frame
// came out of the pilot's data channel. Media hands a frame to pilotage in the same call in which the
// channel's library hands it to media, so the product needs no stamp of its own.
import { renameSync, writeFileSync } from "node:fs";

const file = process.env.PISTA_BENCH_STAMPS;
/** Of a stick frame: packages/contracts/SPEC.md, PC1. */
const sequenceAt = 2;

if (file && process.send && process.argv[1]?.endsWith("media-entry.js")) {
  const arrivals = [];
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    if (message.kind === "frame" && message.lane === "sticks") {
      const { buffer, byteOffset, byteLength } = message.payload;
      const sequence = new DataView(buffer, byteOffset, byteLength).getUint32(sequenceAt, true);
      // The one clock that all processes of a machine share.
      arrivals.push([sequence, Number(process.hrtime.bigint()) / 1e6]);
    }
    return send(message, ...rest);
  };
  process.on("exit", () => {
    writeFileSync(`${file}.new`, JSON.stringify(arrivals));
    renameSync(`${file}.new`, file);
  });
}

import { defined } from "@pista/kernel";
import { createDatagramReader, type MavlinkFrame } from "./frame-reader.ts";
import { createFrameWriter, type OutgoingMessage } from "./frame-writer.ts";
import type { Address } from "./protocols/exchange.ts";

/** A message as someone else hears it: written to bytes and read back. */
export function frameFrom(sender: Address, message: OutgoingMessage): MavlinkFrame {
  const bytes = createFrameWriter(sender).write(message);
  return defined(createDatagramReader().read(bytes)[0], "The frame just written");
}

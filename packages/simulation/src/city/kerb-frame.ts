import type { Uplink } from "./bay-sensor.ts";

/** LoRaWAN's port, on which these frames travel. */
export const kerbFramePort = 2;
const layoutVersion = 1;

/**
 * What the simulated sensors put on the air: a layout of our own, as real ones have theirs.
 *
 * | byte | what |
 * | --- | --- |
 * | 0 | version of this layout: 1 |
 * | 1 | 1 for an occupied bay, 0 for a free one |
 * | 2 | battery, in half percents |
 * | 3, 4 | temperature, in tenths of a degree Celsius, signed, high byte first |
 * | 5, 6 | how far the earth's magnetic field is bent, in tenths of a microtesla, high byte first |
 * | 7 | the other seven, combined by exclusive or |
 *
 * The codec that reads it is uploaded to the hub like any vendor's; it stands in the hub's
 * demonstration, and one test plays both.
 */
export function encodeKerbFrame(
  uplink: Pick<Uplink, "state" | "batteryPct" | "temperatureC" | "fieldMicrotesla" | "wholeness">,
): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, layoutVersion);
  view.setUint8(1, uplink.state === "occupied" ? 1 : 0);
  view.setUint8(2, Math.round(uplink.batteryPct * 2));
  view.setInt16(3, Math.round(uplink.temperatureC * 10));
  view.setUint16(5, Math.round(uplink.fieldMicrotesla * 10));
  view.setUint8(
    7,
    bytes.reduce((sum, byte) => sum ^ byte, 0),
  );
  return bytes.subarray(0, wholePart(bytes.length, uplink));
}

/** How much of a message is left: all of it, or at least its first byte and never its last. */
export const wholePart = (length: number, { wholeness }: Pick<Uplink, "wholeness">): number =>
  wholeness === 1 ? length : 1 + Math.floor(wholeness * (length - 1));

import type { FileTransferProtocol, OutgoingMessage } from "@pista/mavlink";
import type { Sender } from "./sender.ts";

/** The payload's header ("MAVLink FTP", "Packet Definitions"). */
const opcodeAt = 3;
const sizeAt = 4;
const requestOpcodeAt = 5;
const dataAt = 12;

const nak = 129;
const openForReading = 4;
const unknownCommand = 7;
const fileNotFound = 10;

/**
 * The vehicle has no files, and does not claim the capability. QGroundControl asks ArduPilot for
 * `@PARAM/param.pck` all the same; FileNotFound lets it ask for a parameter list at once.
 */
export function refuseFile(
  { payload }: FileTransferProtocol,
  { systemId, componentId }: Sender,
): OutgoingMessage {
  const answer = [
    ...payload.slice(0, dataAt),
    ...new Array<number>(payload.length - dataAt).fill(0),
  ];
  const opcode = payload[opcodeAt] ?? 0;
  const sequence = ((payload[0] ?? 0) + 256 * (payload[1] ?? 0) + 1) % 65_536;
  answer[0] = sequence % 256;
  answer[1] = Math.floor(sequence / 256);
  answer[opcodeAt] = nak;
  answer[sizeAt] = 1;
  answer[requestOpcodeAt] = opcode;
  answer[dataAt] = opcode === openForReading ? fileNotFound : unknownCommand;
  return {
    name: "FILE_TRANSFER_PROTOCOL",
    targetNetwork: 0,
    targetSystem: systemId,
    targetComponent: componentId,
    payload: answer,
  };
}

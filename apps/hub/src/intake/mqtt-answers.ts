import type { AssetId } from "@pista/kernel";
import type { IConnackPacket, IConnectPacket, IPubackPacket, IPublishPacket } from "mqtt-packet";
import type { IntakeAnswer } from "../intake-answers.ts";
import type { MqttLimits } from "./mqtt-limits.ts";
import { connackReturnCodes, type MqttReason, mqttReasons } from "./mqtt-reasons.ts";
import { connackProperties } from "./mqtt-rules.ts";

/** The return codes of 3.1.1 are few: what has none of its own there is not authorized. */
const returnCodeOf = (reason: MqttReason): number => {
  if (reason === mqttReasons.success) return connackReturnCodes.accepted;
  return reason === mqttReasons.badUserNameOrPassword
    ? connackReturnCodes.badUserNameOrPassword
    : connackReturnCodes.notAuthorized;
};

/** Commands are kept for the device, not for a session: none is ever present. */
export const connackPacket = (
  connect: IConnectPacket,
  reason: MqttReason,
  limits: MqttLimits,
  deviceId?: AssetId,
): IConnackPacket => ({
  cmd: "connack",
  sessionPresent: false,
  reasonCode: reason,
  returnCode: returnCodeOf(reason),
  ...(connect.protocolVersion === 5 && reason === mqttReasons.success
    ? { properties: connackProperties(connect, limits, deviceId) }
    : {}),
});

const reasonOf = {
  stored: mqttReasons.success,
  quarantined: mqttReasons.payloadFormatInvalid,
  "not-permitted": mqttReasons.notAuthorized,
} as const satisfies Record<IntakeAnswer["kind"], MqttReason>;

export const pubackPacket = (
  { messageId = 0 }: IPublishPacket,
  answer: IntakeAnswer,
  version: 4 | 5,
): IPubackPacket => ({
  cmd: "puback",
  messageId,
  reasonCode: reasonOf[answer.kind],
  ...(version === 5 && answer.kind !== "stored"
    ? { properties: { reasonString: answer.detail.slice(0, 200) } }
    : {}),
});

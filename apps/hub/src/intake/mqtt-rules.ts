import type { AssetId } from "@pista/kernel";
import type { IConnectPacket, IPublishPacket, Packet } from "mqtt-packet";
import type { MqttLimits } from "./mqtt-limits.ts";
import { type MqttReason, mqttReasons } from "./mqtt-reasons.ts";

/**
 * MQTT 5.0, sections 2.2.1, 3.8.3 and 3.10.3: what is answered bears an identifier that is not zero,
 * and a subscription names at least one topic. The parser lets both pass.
 */
export function isIdentified(packet: Packet): boolean {
  const isAnswered =
    packet.cmd === "subscribe" ||
    packet.cmd === "unsubscribe" ||
    (packet.cmd === "publish" && packet.qos > 0);
  if (!isAnswered) return true;
  if (packet.cmd === "subscribe" && packet.subscriptions.length === 0) return false;
  if (packet.cmd === "unsubscribe" && packet.unsubscriptions.length === 0) return false;
  return packet.messageId !== undefined && packet.messageId > 0 && packet.messageId <= 65_535;
}

/** MQTT 5.0, sections 3.2.2.3.4, 3.2.2.3.5 and 4.12: what must be refused because we do not do it. */
export function refusalOfConnect({ properties, protocolVersion, will }: IConnectPacket) {
  if (protocolVersion !== 5) return undefined;
  if (properties?.authenticationMethod !== undefined) return mqttReasons.badAuthenticationMethod;
  if (will?.qos === 2) return mqttReasons.qosNotSupported;
  return will?.retain ? mqttReasons.retainNotSupported : undefined;
}

/** DESIGN, section 6: what a device of MQTT 5 is told of this endpoint. */
export const connackProperties = (
  connect: IConnectPacket,
  limits: MqttLimits,
  deviceId: AssetId | undefined,
) => ({
  maximumQoS: 1,
  retainAvailable: false,
  wildcardSubscriptionAvailable: false,
  sharedSubscriptionAvailable: false,
  topicAliasMaximum: 0,
  receiveMaximum: limits.inFlightMax,
  maximumPacketSize: limits.packetBytesMax,
  // Section 3.2.2.3.7: a name that we chose is told; it is the device's own.
  ...(connect.clientId === "" && deviceId ? { assignedClientIdentifier: deviceId } : {}),
  // Section 3.2.2.3.2: nothing is kept between connections, whatever was asked for.
  ...(connect.properties?.sessionExpiryInterval ? { sessionExpiryInterval: 0 } : {}),
});

/** What no topic makes right, with the cause that is counted. */
export function refusalOfPublish(packet: IPublishPacket): [string, MqttReason] | undefined {
  if (packet.qos === 2) return ["qos-2", mqttReasons.qosNotSupported];
  if (packet.retain) return ["retain", mqttReasons.retainNotSupported];
  const hasAlias = packet.properties?.topicAlias !== undefined;
  return hasAlias ? ["topic-alias", mqttReasons.topicAliasInvalid] : undefined;
}

/** Why a filter that is not the device's own command topic is refused. */
export function refusalOfFilter(topic: string): MqttReason {
  if (topic.startsWith("$share/")) return mqttReasons.sharedSubscriptionsNotSupported;
  return /[#+]/.test(topic)
    ? mqttReasons.wildcardSubscriptionsNotSupported
    : mqttReasons.notAuthorized;
}

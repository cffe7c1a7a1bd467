/** Reason codes of MQTT 5.0, section 2.4, that this endpoint gives. */
export const mqttReasons = {
  success: 0x00,
  unspecified: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  unsupportedProtocolVersion: 0x84,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  sharedSubscriptionsNotSupported: 0x9e,
  wildcardSubscriptionsNotSupported: 0xa2,
} as const;

export type MqttReason = (typeof mqttReasons)[keyof typeof mqttReasons];

/** Return codes of MQTT 3.1.1, section 3.2.2.3. */
export const connackReturnCodes = {
  accepted: 0,
  unacceptableProtocolVersion: 1,
  badUserNameOrPassword: 4,
  notAuthorized: 5,
} as const;

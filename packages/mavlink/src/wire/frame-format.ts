/** Guide: Serialization, "MAVLink 2 Packet Format" and "MAVLink 1 Packet Format". */
export const startOfVersion1 = 0xfe;
export const startOfVersion2 = 0xfd;

export const headerLength1 = 6;
export const headerLength2 = 10;
export const checksumLength = 2;
/** Link id, time stamp and signature (Message Signing, "Frame Format"). */
export const signatureBlockLength = 13;

export const payloadLengthMax = 255;
export const frameLengthMax =
  headerLength2 + payloadLengthMax + checksumLength + signatureBlockLength;

/** The one incompatibility flag that exists, MAVLINK_IFLAG_SIGNED. */
export const flagSigned = 0x01;

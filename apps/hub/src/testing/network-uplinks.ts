const base64 = (bytes: readonly number[]): string => Buffer.from(bytes).toString("base64");
export type Frame = { bytes: readonly number[]; counter: number; at?: Date; session?: string };

/** What The Things Stack delivers of an uplink, as far as it is read. */
export const thingsStackUplink = (
  name: string,
  eui: string,
  { bytes, counter, at = new Date(), session = "AZN" }: Frame,
) => ({
  end_device_ids: { device_id: name, dev_eui: eui.toUpperCase(), dev_addr: "260B1F0C" },
  received_at: at.toISOString(),
  uplink_message: {
    session_key_id: session,
    f_port: 2,
    f_cnt: counter,
    frm_payload: base64(bytes),
    rx_metadata: [{ rssi: -87 }],
    received_at: at.toISOString(),
  },
});

/** The same of ChirpStack. */
export const chirpstackUplink = (
  name: string,
  eui: string,
  { bytes, counter, at = new Date() }: Frame,
) => ({
  deduplicationId: `${name}-${counter}`,
  time: at.toISOString(),
  deviceInfo: { devEui: eui, deviceName: name },
  devAddr: "260b1f0c",
  ...{ fCnt: counter, fPort: 2, data: base64(bytes), rxInfo: [{ rssi: -87 }] },
});

import { type EpochMs, formatRfc3339, fromHex, toBase64Url } from "@pista/kernel";
import { kerbFramePort } from "./kerb-frame.ts";

/** A frame as a network server has it once a gateway has heard it. */
export type NetworkUplink = {
  /** Sixteen hexadecimal digits, lower-case. */
  readonly devEui: string;
  readonly deviceName: string;
  /** Eight hexadecimal digits, another at each join. */
  readonly devAddr: string;
  /** From 0 at each join. */
  readonly frameCounter: number;
  readonly payload: Uint8Array;
  readonly receivedAtMs: EpochMs;
  /** At the gateway that heard it best. */
  readonly rssiDbm: number;
};

/** RFC 4648, section 4. */
function toBase64(bytes: Uint8Array): string {
  const text = toBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

const application = "pista-demonstration";
const joinEui = "0250495354410000";
/** EU868's three channels that every device has (RP002-1.0.4, section 2.4.2); they take turns. */
const frequenciesHz = [868_100_000, 868_300_000, 868_500_000];
const frequencyOf = ({ frameCounter }: NetworkUplink): number =>
  frequenciesHz[frameCounter % frequenciesHz.length] ?? 868_100_000;

/** Two gateways on the roofs hear the street, one of them through more walls. */
const heardBy = ({ rssiDbm }: NetworkUplink) =>
  [
    { name: "demo-roof-1", eui: "02504953544100a1", rssi: rssiDbm },
    { name: "demo-roof-2", eui: "02504953544100a2", rssi: rssiDbm - 11 },
    // The demodulator's own scale: some -120 dBm is where noise begins at 125 kHz.
  ].map((gateway) => ({ ...gateway, snr: Math.max(-7, Math.min(10, (gateway.rssi + 120) / 4)) }));

/**
 * The Things Stack v3's `ApplicationUp`
 * (https://www.thethingsindustries.com/docs/integrations/data-formats/). What is 0 is left out there.
 */
export function thingsStackUplink(uplink: NetworkUplink): object {
  const { devEui, devAddr, deviceName, frameCounter } = uplink;
  const receivedAt = formatRfc3339(uplink.receivedAtMs);
  const sessionKey = fromHex(`${devEui}${devAddr}`) ?? new Uint8Array();
  return {
    end_device_ids: {
      device_id: deviceName,
      application_ids: { application_id: application },
      dev_eui: devEui.toUpperCase(),
      join_eui: joinEui,
      dev_addr: devAddr.toUpperCase(),
    },
    correlation_ids: [`as:up:${devAddr}${frameCounter}`],
    received_at: receivedAt,
    uplink_message: {
      session_key_id: toBase64(sessionKey),
      f_port: kerbFramePort,
      ...(frameCounter === 0 ? {} : { f_cnt: frameCounter }),
      frm_payload: toBase64(uplink.payload),
      rx_metadata: heardBy(uplink).map(({ name, eui, rssi, snr }) => ({
        gateway_ids: { gateway_id: name, eui: eui.toUpperCase() },
        ...{ rssi, channel_rssi: rssi, snr },
      })),
      settings: {
        data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7, coding_rate: "4/5" } },
        frequency: String(frequencyOf(uplink)),
      },
      received_at: receivedAt,
    },
  };
}

/**
 * ChirpStack v4's `UplinkEvent`
 * (https://www.chirpstack.io/docs/chirpstack/integrations/events.html).
 */
export function chirpstackUplink(uplink: NetworkUplink): object {
  const { devEui, devAddr, deviceName, frameCounter } = uplink;
  return {
    deduplicationId: uuidOf(uplink),
    time: formatRfc3339(uplink.receivedAtMs),
    deviceInfo: {
      tenantName: "Demonstration company",
      applicationName: application,
      deviceProfileName: "Simulated bay sensor",
      ...{ deviceName, devEui },
      tags: { demonstration: "true" },
    },
    devAddr,
    adr: true,
    dr: 5,
    fCnt: frameCounter,
    fPort: kerbFramePort,
    confirmed: false,
    data: toBase64(uplink.payload),
    rxInfo: heardBy(uplink).map(({ eui, rssi, snr }) => ({ gatewayId: eui, rssi, snr })),
    txInfo: {
      frequency: frequencyOf(uplink),
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: "CR_4_5" } },
    },
  };
}

/** Version 8 (RFC 9562, section 5.8), the one for ids that are put together and not drawn. */
function uuidOf({ devAddr, devEui, frameCounter }: NetworkUplink): string {
  const counter = frameCounter.toString(16).padStart(8, "0");
  const [high, middle, low] = [counter.slice(0, 4), counter.slice(4, 7), counter.slice(7)];
  return `${devAddr}-${high}-8${middle}-8${low}00-${devEui.slice(4)}`;
}

import { type DeviceModelId, deviceModelId, type ReportMapping } from "@pista/parking";

/**
 * How the hub reads the bytes of the simulated sensors: as any vendor's, by a script that it does not
 * trust. The layout is told where the bytes are made, in packages/simulation (kerb-frame.ts).
 */
export const kerbSensorModel = {
  modelId: deviceModelId("demo-model-kerb-sensor"),
  name: "Simulated bay sensor (demonstration)",
  /** LoRaWAN Payload Codec API (TS013). */
  codec: `// Simulated bay sensor of the demonstration: eight bytes, the same on every port.
function decodeUplink(input) {
  const bytes = input.bytes;
  if (bytes.length !== 8 || bytes[0] !== 1) return { errors: ["not a frame of layout 1"] };
  if (bytes.reduce((sum, byte) => sum ^ byte, 0) !== 0) return { errors: ["the check byte is wrong"] };
  if (bytes[1] > 1) return { errors: ["the state is neither 0 nor 1"] };
  const word = (at) => bytes[at] * 256 + bytes[at + 1];
  const signed = (value) => (value < 32768 ? value : value - 65536);
  const battery = bytes[2] / 2;
  return {
    data: {
      state: bytes[1] === 1 ? "occupied" : "free",
      battery,
      temperature: signed(word(3)) / 10,
      fieldMicrotesla: word(5) / 10,
    },
    warnings: battery < 10 ? ["the battery is weak"] : [],
    errors: [],
  };
}
`,
  mapping: {
    ...{ stateField: "state", occupied: ["occupied"], free: ["free"] },
    ...{ batteryField: "battery", temperatureField: "temperature" },
  },
} as const satisfies {
  modelId: DeviceModelId;
  name: string;
  codec: string;
  mapping: ReportMapping;
};

import { join } from "node:path";
import type { ChildPlan } from "./child-process.ts";
import { freeUdpPort } from "./free-port.ts";

const loopback = "127.0.0.1";
/** Where ground stations listen by custom, and one beyond it for the safety pilot's switch. */
const vehiclePort = 14_550;
const safetyPort = 14_570;

/** The simulated city, the simulated drone and its gateway, as programs of their own. */
export async function demonstrationPlans(doors: {
  program: string;
  host: string;
  port: number;
  mqttPort: number;
  /** The hub's own, where it has TLS: then its devices and gateway must trust it. */
  certificateFile: string | undefined;
  dataDirectory: string;
  devicesFile: string;
  gatewayCode: string | undefined;
}): Promise<readonly ChildPlan[]> {
  const vehicle = `udp://${loopback}:${await freeUdpPort(loopback, vehiclePort)}`;
  const switchPort = await freeUdpPort(loopback, safetyPort);
  const { certificateFile, gatewayCode, host } = doors;
  const secure = certificateFile ? "s" : "";
  const environment = certificateFile ? { NODE_EXTRA_CA_CERTS: certificateFile } : {};
  const common = { program: doors.program, environment };
  const broker = `mqtt${secure}://${host}:${doors.mqttPort}`;
  const url = `http${secure}://${host}:${doors.port}`;
  return [
    {
      ...common,
      name: "simulated city",
      arguments: ["simulate", "city", "--hub", broker, "--web", url, "--keys", doors.devicesFile],
    },
    {
      ...common,
      name: "simulated drone",
      arguments: ["simulate", "drone", "--to", vehicle, "--safety-port", String(switchPort)],
    },
    {
      ...common,
      name: "demonstration gateway",
      arguments: [
        "gateway",
        ...["--hub", url, "--vehicle", vehicle],
        ...["--data", join(doors.dataDirectory, "demo-gateway")],
      ],
      environment: { ...environment, ...(gatewayCode ? { PISTA_GATEWAY_CODE: gatewayCode } : {}) },
    },
  ];
}

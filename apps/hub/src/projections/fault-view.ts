import type { SensorFaultView } from "@pista/contracts";
import { formatRfc3339 } from "@pista/kernel";
import type { SensorFault } from "@pista/parking";

/** A sensor's fault as others see it. */
export function faultView(fault: SensorFault): SensorFaultView {
  if (fault.kind !== "silent") return fault;
  const since = fault.sinceMs === undefined ? null : formatRfc3339(fault.sinceMs);
  return { kind: "silent", since };
}

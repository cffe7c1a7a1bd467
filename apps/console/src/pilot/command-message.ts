import type { FromPilot } from "@pista/contracts";
import type { Beacon } from "@pista/flight";

type Commanded = "take-off" | "land" | "release-stop";

/** [LG4] Names what the pilot had last seen, for what arrives long after the wish is refused. */
export function commandMessage(
  op: Commanded,
  commandId: number,
  seen: Pick<Beacon, "sequence" | "stopSequence"> | undefined,
): FromPilot {
  const { sequence: beaconSequence = 0, stopSequence = 0 } = seen ?? {};
  switch (op) {
    case "land":
      return { op, commandId };
    case "take-off":
      return { op, commandId, beaconSequence };
    case "release-stop":
      return { op, commandId, beaconSequence, stopSequence };
  }
}

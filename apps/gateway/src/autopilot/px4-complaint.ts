import { type Event, MavSeverity } from "@pista/mavlink";

/**
 * What PX4 tells by events alone when it refuses to arm in OFFBOARD, by its names for them; the other
 * reasons come as texts too. Its table of them all is a file of each build, fetched over MAVLink FTP.
 */
const reasons: Readonly<Record<string, string>> = {
  check_modes_angular_velocity: "No valid angular velocity",
  check_modes_attitude: "No valid attitude estimate",
  // Up to 1.16 one event stands for them all.
  check_modes_offboard_signal:
    "OFFBOARD lacks a valid position or velocity estimate, or hears no set-points",
  check_modes_offboard_signal_lost: "OFFBOARD hears no set-points",
  check_modes_offboard_no_local_position: "OFFBOARD lacks a valid position estimate",
  check_modes_offboard_no_local_velocity: "OFFBOARD lacks a valid velocity estimate",
  check_modes_offboard_no_attitude: "OFFBOARD lacks a valid attitude estimate",
};

/** The autopilot's own component in the upper byte, and three bytes of the name's FNV-1a hash. */
function eventId(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return 0x0100_0000 | (hash & 0xff_ffff);
}

const reasonById = new Map(
  Object.entries(reasons).map(([name, reason]) => [eventId(name), reason] as const),
);

/** Undefined for what is no reason, or one that only warns (the lower four bits of the levels). */
export const px4Complaint = ({ id, logLevels }: Event): string | undefined =>
  (logLevels & 0xf) <= MavSeverity.ERROR ? reasonById.get(id) : undefined;

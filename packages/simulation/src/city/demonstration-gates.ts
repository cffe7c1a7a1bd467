import type { Gate } from "@pista/flight";

const gate = (eastM: number, northM: number, headingDeg: number, widthM: number): Gate => ({
  centre: { eastM, northM, upM: 1.75 },
  headingDeg,
  widthM,
  heightM: 2.5,
});

/** A lap through the demonstration's hall: out on the south side, back on the north side. */
export const demonstrationGates: readonly Gate[] = [
  gate(22.5, 15, 90, 4),
  gate(32, 12, 90, 2.5),
  gate(40.5, 15, 90, 3),
  gate(50.5, 18, 0, 3),
  gate(40.5, 18.25, 270, 2.5),
  gate(32, 18, 270, 2.5),
  gate(19, 17.5, 270, 2.5),
  gate(12, 15, 180, 3),
];

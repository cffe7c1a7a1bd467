import type { Gate, IndoorFrame } from "./site.ts";

const gate = (eastM: number, northM: number, headingDeg: number, widthM: number): Gate => ({
  centre: { eastM, northM, upM: 1.75 },
  headingDeg,
  widthM,
  heightM: 2.5,
});

/**
 * The hall of the demonstration, stated once: the hub leases by it and the simulator flies in it.
 * Shelves along the walls, columns up to the roof, crates; from each landing spot several metres
 * are free on every side. The simulated drone takes off from the first spot, looking east, and flies
 * a lap out on the south side and back on the north side.
 */
export const demonstrationHall: Required<Omit<IndoorFrame, "origin">> = {
  sizeM: { eastM: 60, northM: 30, upM: 10 },
  obstacles: [
    { westM: 15, southM: 4, eastM: 17, northM: 8, topM: 3 },
    { westM: 15, southM: 22, eastM: 17, northM: 26, topM: 3 },
    { westM: 22, southM: 10, eastM: 23, northM: 11, topM: 10 },
    { westM: 22, southM: 19, eastM: 23, northM: 20, topM: 10 },
    { westM: 26, southM: 3, eastM: 30, northM: 5, topM: 2 },
    { westM: 26, southM: 25, eastM: 30, northM: 27, topM: 2 },
    { westM: 30, southM: 14.5, eastM: 31, northM: 15.5, topM: 10 },
    { westM: 34, southM: 8, eastM: 38, northM: 9.5, topM: 4 },
    { westM: 34, southM: 20.5, eastM: 38, northM: 22, topM: 4 },
    { westM: 43, southM: 4, eastM: 45, northM: 9, topM: 5 },
    { westM: 43, southM: 21, eastM: 45, northM: 26, topM: 5 },
    { westM: 46, southM: 14, eastM: 47.5, northM: 16, topM: 0.6 },
  ],
  landingSpots: [
    { eastM: 5, northM: 15 },
    { eastM: 55, northM: 15 },
  ],
  gates: [
    gate(22.5, 15, 90, 4),
    gate(32, 12, 90, 2.5),
    gate(40.5, 15, 90, 3),
    gate(50.5, 18, 0, 3),
    gate(40.5, 18.25, 270, 2.5),
    gate(32, 18, 270, 2.5),
    gate(19, 17.5, 270, 2.5),
    gate(12, 15, 180, 3),
  ],
};

import type { IndoorFrame } from "@pista/programme";

/** An empty hall in which the simulated drone flies; it takes off from the first spot. */
export const demonstrationHall: Pick<IndoorFrame, "sizeM" | "obstacles" | "landingSpots"> = {
  sizeM: { eastM: 60, northM: 30, upM: 10 },
  obstacles: [],
  landingSpots: [
    { eastM: 5, northM: 15 },
    { eastM: 55, northM: 15 },
  ],
};

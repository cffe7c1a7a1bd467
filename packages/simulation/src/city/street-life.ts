import type { Random, Weekday } from "@pista/kernel";

/** What a street lives by. It decides when vehicles come and for how long they stay. */
export const streetLives = ["offices", "night-life"] as const;
export type StreetLife = (typeof streetLives)[number];

/** One value for each three hours from midnight. */
type ByBlock = readonly [number, number, number, number, number, number, number, number];

type StayKind = {
  readonly medianMinutes: number;
  /** Standard deviation of the logarithm: durations are log-normal, many short and few long. */
  readonly spread: number;
  /** How much of what arrives in that block of the day stays so; the shares of a block make 1. */
  readonly share: ByBlock;
};

type LifeProfile = {
  /** Vehicles an hour that would take a bay if it stood free. */
  readonly arrivals: Readonly<Record<"workday" | "saturday" | "sunday", ByBlock>>;
  readonly stays: readonly StayKind[];
  /** Of those who park, how many pay nothing. */
  readonly evaderShare: number;
};

/**
 * Invented, with the shape of what cities publish: an office street is full by ten and empty at
 * night; one with bars fills in the evening, and never sleeps.
 */
const profiles: Readonly<Record<StreetLife, LifeProfile>> = {
  offices: {
    arrivals: {
      workday: [0.05, 0.04, 1, 3.2, 2.6, 2, 0.7, 0.15],
      saturday: [0.05, 0.03, 0.2, 0.8, 0.8, 0.5, 0.3, 0.1],
      sunday: [0.04, 0.03, 0.08, 0.2, 0.3, 0.3, 0.2, 0.1],
    },
    stays: [
      { medianMinutes: 18, spread: 0.7, share: [0.6, 0.6, 0.2, 0.5, 0.6, 0.65, 0.6, 0.5] },
      { medianMinutes: 80, spread: 0.5, share: [0.2, 0.2, 0.15, 0.3, 0.3, 0.3, 0.2, 0.2] },
      { medianMinutes: 460, spread: 0.2, share: [0, 0.1, 0.65, 0.2, 0.1, 0, 0, 0] },
      { medianMinutes: 660, spread: 0.2, share: [0.2, 0.1, 0, 0, 0, 0.05, 0.2, 0.3] },
    ],
    evaderShare: 0.06,
  },
  "night-life": {
    arrivals: {
      workday: [1.8, 1, 1, 1.6, 1.8, 1.8, 4, 5],
      saturday: [2.4, 1.4, 0.8, 1.6, 2, 2.2, 6, 8],
      sunday: [2.4, 1.2, 0.7, 1.2, 1.8, 1.6, 3, 3],
    },
    stays: [
      { medianMinutes: 15, spread: 0.6, share: [0.7, 0.75, 0.5, 0.6, 0.55, 0.55, 0.35, 0.4] },
      { medianMinutes: 115, spread: 0.45, share: [0.25, 0.15, 0.2, 0.3, 0.35, 0.35, 0.5, 0.5] },
      { medianMinutes: 420, spread: 0.25, share: [0, 0, 0.25, 0.1, 0.1, 0, 0, 0] },
      { medianMinutes: 640, spread: 0.25, share: [0.05, 0.1, 0.05, 0, 0, 0.1, 0.15, 0.1] },
    ],
    evaderShare: 0.11,
  },
};

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const blockMs = 3 * hourMs;
/** Nobody stays less than a minute or more than two days. */
const stayMinutes = { least: 1, most: 2 * 24 * 60 };
/** Four months of blocks: beyond it the street is as good as closed. */
const blocksAheadMax = 1_000;

const blockOf = (atMs: number): number => Math.floor((((atMs % dayMs) + dayMs) % dayMs) / blockMs);

/** The weekday of a moment, counted from the midnight of the first day. */
export function weekdayAt(firstDay: Weekday, atMs: number): Weekday {
  const days = firstDay - 1 + Math.floor(atMs / dayMs);
  // The remainder is 0 to 6, so the sum is one of the seven.
  return ((((days % 7) + 7) % 7) + 1) as Weekday;
}

/** When the next vehicle takes a bay that is free from `fromMs` on. */
export function drawArrivalMs(
  random: Random,
  street: { life: StreetLife; firstDay: Weekday; fromMs: number },
): number {
  const { arrivals } = profiles[street.life];
  // Arrivals of a rate that changes by the hour: an exponential amount of it has to pass.
  let left = -Math.log(1 - random.next());
  let atMs = street.fromMs;
  for (let block = 0; block < blocksAheadMax; block++) {
    const weekday = weekdayAt(street.firstDay, atMs);
    const kind = weekday === 7 ? "sunday" : weekday === 6 ? "saturday" : "workday";
    const perMs = (arrivals[kind][blockOf(atMs)] ?? 0) / hourMs;
    const endMs = (Math.floor(atMs / blockMs) + 1) * blockMs;
    if (perMs * (endMs - atMs) >= left) return atMs + left / perMs;
    left -= perMs * (endMs - atMs);
    atMs = endMs;
  }
  return atMs;
}

/** How long whoever arrives at that moment stays. */
export function drawStayMs(random: Random, life: StreetLife, arrivedAtMs: number): number {
  const block = blockOf(arrivedAtMs);
  let left = random.next();
  const kind = profiles[life].stays.find(({ share }) => {
    left -= share[block] ?? 0;
    return left < 0;
  });
  const { medianMinutes, spread } = kind ?? { medianMinutes: 15, spread: 0.6 };
  const minutes = medianMinutes * Math.exp(random.normal(0, spread));
  return Math.min(stayMinutes.most, Math.max(stayMinutes.least, minutes)) * 60_000;
}

export const drawPaid = (random: Random, life: StreetLife): boolean =>
  !random.chance(profiles[life].evaderShare);

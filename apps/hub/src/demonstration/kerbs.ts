import { fromLocal, type LngLat, toLocal } from "@pista/kernel";
import type { StreetAxis } from "./streets.ts";

/** A place to stand along a kerb: what a driver would call it, and its two ends. */
export type KerbPlace = {
  readonly street: StreetAxis;
  readonly label: string;
  readonly kerb: readonly [LngLat, LngLat];
};

const bayLengthM = 5.2;
const bayPitchM = 6.6;
/** From a street's corner to the first bay beside it. */
const cornerM = 8;
/** One place in nine lies before a gateway, where nobody may stand. */
const gatewayEvery = 9;
const gatewayAt = 5;

type Direction = { readonly eastM: number; readonly northM: number };

/** Every bay along both kerbs of every street, with gaps at gateways and where streets cross. */
export const kerbPlaces = (streets: readonly StreetAxis[]): readonly KerbPlace[] =>
  streets.flatMap((street) => {
    const others = streets.filter((other) => other !== street);
    return [-1, 1].flatMap((side) => placesAlong(street, side, others));
  });

/** One kerb: left of the axis for -1, right of it for 1. */
function placesAlong(
  street: StreetAxis,
  side: number,
  others: readonly StreetAxis[],
): readonly KerbPlace[] {
  const { along, lengthM } = measure(street);
  const outward = { eastM: along.northM * side, northM: -along.eastM * side };
  const gaps = others.flatMap((other) => gapAt(street, other));
  const at = (distanceM: number): LngLat =>
    fromLocal(street.from, {
      eastM: along.eastM * distanceM + outward.eastM * street.kerbM,
      northM: along.northM * distanceM + outward.northM * street.kerbM,
    });
  const slots = Math.floor((lengthM - bayLengthM) / bayPitchM) + 1;
  return Array.from({ length: slots }, (_, slot) => ({ slot, fromM: slot * bayPitchM }))
    .filter(({ slot }) => slot % gatewayEvery !== gatewayAt)
    .filter(({ fromM }) => !gaps.some((gap) => fromM + bayLengthM > gap.fromM && fromM < gap.toM))
    .map(({ fromM }, index) => ({
      street,
      label: `${street.name}, ${compassWord(outward)} ${index + 1}`,
      kerb: [at(fromM), at(fromM + bayLengthM)] as const,
    }));
}

/** The street's direction, of length 1, and its length. */
function measure({ from, to }: StreetAxis): { along: Direction; lengthM: number } {
  const { eastM, northM } = toLocal(from, to);
  const lengthM = Math.hypot(eastM, northM);
  return { along: { eastM: eastM / lengthM, northM: northM / lengthM }, lengthM };
}

/** Where the other street meets this one, with its corners; nothing where it does not. */
function gapAt(street: StreetAxis, other: StreetAxis): readonly { fromM: number; toM: number }[] {
  const own = measure(street);
  const theirs = measure(other);
  const start = toLocal(street.from, other.from);
  const cross = own.along.eastM * theirs.along.northM - own.along.northM * theirs.along.eastM;
  // Streets that run side by side never meet; one degree between them is as good as none.
  if (Math.abs(cross) < 0.02) return [];
  const ownM = (start.eastM * theirs.along.northM - start.northM * theirs.along.eastM) / cross;
  const theirM = (start.eastM * own.along.northM - start.northM * own.along.eastM) / cross;
  const widthM = other.kerbM + cornerM;
  // A street that ends at the kerb of another still makes a corner there.
  const reachM = street.kerbM + cornerM;
  const meets =
    ownM > -widthM &&
    ownM < own.lengthM + widthM &&
    theirM > -reachM &&
    theirM < theirs.lengthM + reachM;
  return meets ? [{ fromM: ownM - widthM, toM: ownM + widthM }] : [];
}

function compassWord({ eastM, northM }: Direction): string {
  if (Math.abs(eastM) > Math.abs(northM)) return eastM > 0 ? "east" : "west";
  return northM > 0 ? "north" : "south";
}

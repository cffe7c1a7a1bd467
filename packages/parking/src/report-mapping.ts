import { fail, ok, type Result } from "@pista/kernel";

/** A value that a codec gives for a state: 1, "occupied", true. */
export type MappedValue = string | number | boolean;

/** Where the decoded data of a model hold what is asked of a bay. Paths are names with dots. */
export type ReportMapping = (
  | {
      readonly stateField: string;
      readonly occupied: readonly MappedValue[];
      readonly free: readonly MappedValue[];
    }
  /** For what measures how far the next thing is, in centimetres. */
  | { readonly distanceField: string; readonly occupiedBelowCm: number }
) & {
  /** In percent. */
  readonly batteryField?: string;
  /** In degrees Celsius. */
  readonly temperatureField?: string;
};

export type MappedReport = {
  readonly state: "free" | "occupied";
  readonly batteryPct?: number;
  readonly temperatureC?: number;
};

export type MappingFault = {
  readonly kind: "field-missing" | "value-unmapped";
  readonly detail: string;
};

/**
 * [RM1] The state that decoded data tell, by the mapping of their model. [RM2] A value that the
 * mapping does not name is neither free nor occupied: it is a fault. [RM3] A battery or a temperature
 * that is missing or absurd is left out and spoils no state.
 */
export function mapReport(
  mapping: ReportMapping,
  data: unknown,
): Result<MappedReport, MappingFault> {
  const state = "stateField" in mapping ? namedState(mapping, data) : nearState(mapping, data);
  if (!state.ok) return state;
  const batteryPct = numberWithin(data, mapping.batteryField, { low: 0, high: 100 });
  const temperatureC = numberWithin(data, mapping.temperatureField, { low: -100, high: 200 });
  return ok({
    state: state.value,
    ...(batteryPct === undefined ? {} : { batteryPct }),
    ...(temperatureC === undefined ? {} : { temperatureC }),
  });
}

type StateResult = Result<MappedReport["state"], MappingFault>;

function namedState(
  mapping: Extract<ReportMapping, { stateField: string }>,
  data: unknown,
): StateResult {
  const value = fieldOf(data, mapping.stateField);
  if (value === undefined) return missing(mapping.stateField);
  const isNamed = (values: readonly MappedValue[]): boolean => values.some((one) => one === value);
  const isOccupied = isNamed(mapping.occupied);
  // A value that stands on both lists says nothing.
  if (isOccupied !== isNamed(mapping.free)) return ok(isOccupied ? "occupied" : "free");
  return fail({
    kind: "value-unmapped",
    detail: `${mapping.stateField} has a value that the model's mapping does not name`,
  });
}

function nearState(
  mapping: Extract<ReportMapping, { distanceField: string }>,
  data: unknown,
): StateResult {
  const distanceCm = fieldOf(data, mapping.distanceField);
  if (distanceCm === undefined) return missing(mapping.distanceField);
  if (typeof distanceCm !== "number" || !Number.isFinite(distanceCm) || distanceCm < 0) {
    const detail = `${mapping.distanceField} is not a distance`;
    return fail({ kind: "value-unmapped", detail });
  }
  return ok(distanceCm < mapping.occupiedBelowCm ? "occupied" : "free");
}

const missing = (path: string): StateResult =>
  fail({ kind: "field-missing", detail: `${path} is not in the decoded data` });

/** Own members only: a path names nothing that the data do not hold themselves. */
function fieldOf(data: unknown, path: string): unknown {
  let value = data;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value ?? undefined;
}

function numberWithin(
  data: unknown,
  path: string | undefined,
  range: { low: number; high: number },
): number | undefined {
  const value = path === undefined ? undefined : fieldOf(data, path);
  const isWithin = typeof value === "number" && value >= range.low && value <= range.high;
  return isWithin ? value : undefined;
}

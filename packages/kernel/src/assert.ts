/** An invariant of ours is broken: the work stops at once, and nothing tries to repair it. */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

/** @throws BrokenInvariant when the condition does not hold. Never use it on input from outside. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}

/** Ends every `switch` over a union, so that a new case fails to compile until it is handled. */
export function assertNever(value: never, what: string): never {
  throw new BrokenInvariant(`${what} is none of the known cases: ${JSON.stringify(value)}`);
}

/** Narrows an optional value that the caller knows to be there. */
export function defined<Value>(value: Value | undefined | null, what: string): Value {
  if (value === undefined || value === null) throw new BrokenInvariant(`${what} is missing.`);
  return value;
}

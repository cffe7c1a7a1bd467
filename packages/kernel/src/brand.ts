declare const brand: unique symbol;

/**
 * A value that only its own constructor or parser may make. Two brands never mix, so a swapped
 * argument does not compile.
 */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

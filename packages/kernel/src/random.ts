/** Chance as an argument: the same seed gives the same run, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, below). */
  integer(below: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Normal with the given mean and standard deviation. */
  normal(mean: number, sigma: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** A generator of its own, so that one part drawing more does not shift the others. */
  fork(): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and BigCrush. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = (seed | 0) ^ 0xb7e15162;
  // Odd, and different for seeds that differ in their upper half alone.
  let counter = (2 * Math.floor(seed / 2 ** 32) + 1) | 0;

  const nextUint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round++) nextUint32();

  const next = (): number => nextUint32() / 2 ** 32;
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    between: (low, high) => low + next() * (high - low),
    // Box and Muller 1958; 1 - u keeps the logarithm's argument above zero.
    normal: (mean, sigma) =>
      mean + sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    fork: () => createRandom(nextUint32()),
  };
}

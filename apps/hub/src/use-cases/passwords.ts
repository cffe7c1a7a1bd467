import { hash, verify } from "@node-rs/argon2";

// OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Two at a time: each takes 19 MiB and a core for some 30 ms. */
const atOnceMax = 2;
/** More waiting than this is a flood; it is refused rather than queued. */
const waitingMax = 50;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** An unknown person costs the same time, so that the answer tells nobody who has an account. */
  isRight(password: string, storedHash: string | undefined): Promise<boolean>;
  /** Too many are being checked already. */
  isBusy(): boolean;
}

export async function createPasswords(): Promise<Passwords> {
  let running = 0;
  const waiting: (() => void)[] = [];
  const take = async <Outcome>(work: () => Promise<Outcome>): Promise<Outcome> => {
    if (running >= atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
  const nobodysHash = await hash("nobody's password", cost);
  return {
    hash: (password) => take(() => hash(password, cost)),
    isRight: async (password, storedHash) => {
      const isRight = await take(() => verify(storedHash ?? nobodysHash, password));
      return isRight && storedHash !== undefined;
    },
    isBusy: () => waiting.length >= waitingMax,
  };
}

import { type Clock, epochMs, fail, ok, type Result } from "@pista/kernel";
import { type Asker, type Credentials, visitor } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { isSameHash } from "../keys/token-hash.ts";
import {
  deleteSignIn,
  findApiKeyOwner,
  findPersonByEmail,
  findSignIn,
  insertSignIn,
  type Person,
} from "../store/people.ts";
import { type HubContext, newSecret } from "./context.ts";
import type { Passwords } from "./passwords.ts";
import { createThrottle, throttleLimits } from "./sign-in-throttle.ts";

/** A working day with its breaks. */
export const signInLifetimeMs = 12 * 3_600_000;

/** Who a token belongs to is remembered this long, so that no request waits for the store. */
const rememberedMs = 5_000;
const rememberedMax = 10_000;

export interface SignIns {
  signIn(attempt: {
    email: string;
    password: string;
    address: string;
  }): Promise<Result<{ token: string; person: Person }, Refusal>>;
  signOut(asker: Asker): Promise<void>;
  identify(credentials: Credentials): Promise<Asker>;
  /** A token lost its meaning: whoever shows it is asked for again. */
  forget(tokenHash: Uint8Array): void;
}

export function createSignIns(
  context: HubContext,
  parts: {
    passwords: Passwords;
    /** HMAC of the token of whoever holds the data directory. */
    operatorHash: Uint8Array;
    /** Demonstration accounts are for this machine alone. */
    mayDemonstrate: boolean;
  },
): SignIns {
  const { clock, db, hasher } = context;
  const byEmail = createThrottle(clock, throttleLimits.email);
  const byAddress = createThrottle(clock, throttleLimits.address);
  const memory = createTokenMemory(clock);
  const isRefusedDemonstration = (person: Person): boolean =>
    !parts.mayDemonstrate && isDemonstrationAccount(person.email);

  const personBy = (
    tokenHash: Uint8Array,
    byCookie: boolean,
    find: () => Promise<Person | undefined>,
  ): Promise<Asker> =>
    memory.askerOf(tokenHash, async () => {
      const person = await find();
      const isNobody = !person || isRefusedDemonstration(person);
      return isNobody ? visitor : askerOf(person, tokenHash, byCookie);
    });

  return {
    async signIn({ email, password, address }) {
      const name = email.toLowerCase();
      const waitMs = Math.max(byEmail.waitMs(name), byAddress.waitMs(address));
      if (waitMs > 0 || parts.passwords.isBusy()) {
        return fail(tooMany(waitMs));
      }
      // Counted before it is checked: guesses that are sent at once must not pass together.
      byEmail.tried(name);
      byAddress.tried(address);
      const found = await findPersonByEmail(db, name);
      const isRight = await parts.passwords.isRight(password, found?.passwordHash);
      if (!found || !isRight || isRefusedDemonstration(found.person)) {
        return fail(wrongCredentials);
      }
      byEmail.forget(name);
      byAddress.takeBack(address);
      const token = await keepSignIn(context, found.person);
      return ok({ token, person: found.person });
    },
    async signOut(asker) {
      if (!asker.tokenHash || !asker.byCookie) return;
      await deleteSignIn(db, asker.tokenHash);
      this.forget(asker.tokenHash);
    },
    async identify({ cookieToken, bearerToken }) {
      if (bearerToken !== undefined) {
        const operator = hasher.hash("operator", bearerToken);
        if (isSameHash(operator, parts.operatorHash)) return operatorAsker;
        const tokenHash = hasher.hash("api-key", bearerToken);
        return personBy(tokenHash, false, () => findApiKeyOwner(db, tokenHash, clock.nowMs()));
      }
      if (cookieToken === undefined) return visitor;
      const tokenHash = hasher.hash("sign-in", cookieToken);
      return personBy(tokenHash, true, () => findSignIn(db, tokenHash, clock.nowMs()));
    },
    forget: (tokenHash) => memory.forget(tokenHash),
  };
}

/** Draws the cookie's token; only its hash is kept. */
async function keepSignIn(context: HubContext, { personId }: Person): Promise<string> {
  const token = newSecret(context);
  const atMs = context.clock.nowMs();
  await insertSignIn(context.db, {
    tokenHash: context.hasher.hash("sign-in", token),
    personId,
    atMs,
    expiresAtMs: epochMs(atMs + signInLifetimeMs),
  });
  return token;
}

/** Who tokens belong to, for some seconds; a sign-in's and a key's hash are never the same. */
function createTokenMemory(clock: Clock) {
  const remembered = new Map<string, { asker: Asker; untilMs: number }>();
  /** Counts what was forgotten: an answer that was under way meanwhile may be the old one. */
  let forgotten = 0;
  const keyOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString("base64");
  return {
    async askerOf(tokenHash: Uint8Array, find: () => Promise<Asker>): Promise<Asker> {
      const key = keyOf(tokenHash);
      const known = remembered.get(key);
      if (known && clock.monotonicMs() < known.untilMs) return known.asker;
      const before = forgotten;
      const asker = await find();
      if (forgotten !== before) return asker;
      if (remembered.size >= rememberedMax) remembered.clear();
      remembered.set(key, { asker, untilMs: clock.monotonicMs() + rememberedMs });
      return asker;
    },
    forget(tokenHash: Uint8Array): void {
      forgotten += 1;
      remembered.delete(keyOf(tokenHash));
    },
  };
}

const wrongCredentials: Refusal = {
  kind: "wrong-credentials",
  detail: "E-mail or password is wrong.",
};
const tooMany = (waitMs: number): Refusal => ({
  kind: "too-many-requests",
  detail: `Too many tries. Try again in ${Math.max(1, Math.ceil(waitMs / 1_000))} s.`,
});

const operatorAsker: Asker = { ...visitor, subject: { kind: "operator" } };

function askerOf(person: Person, tokenHash: Uint8Array, byCookie: boolean): Asker {
  const { personId, organisationId, roles } = person;
  return {
    subject: { kind: "person", personId, organisationId, roles },
    tokenHash,
    byCookie,
    person,
  };
}

/** RFC 2606: nobody outside can ever hold an address under it. */
export const demonstrationDomain = "demo.invalid";
const isDemonstrationAccount = (email: string): boolean =>
  email.toLowerCase().endsWith(`@${demonstrationDomain}`);

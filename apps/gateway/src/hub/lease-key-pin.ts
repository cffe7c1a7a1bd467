import { rotationsMax } from "@pista/contracts";
import { followRotations, type PinnedLeaseKey, type RotationFault } from "@pista/flight";
import { fromHex, ok, type Result, toHex } from "@pista/kernel";
import { type Enrolment, storeEnrolment } from "./enrolment.ts";

/** [AU8] The lease key that this gateway obeys, and its way from one rotation to the next. */
export class LeaseKeyPin {
  readonly #directory: string;
  #enrolment: Enrolment;
  /** Statements that led to the pinned key since the start, as they came. */
  #followed: readonly string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: string, enrolment: Enrolment) {
    this.#directory = directory;
    this.#enrolment = enrolment;
  }

  get publicKeyHex(): string {
    return toHex(this.#enrolment.leaseKey.publicKey);
  }

  /**
   * Pins the key that these rotations lead to, one message after the other, and says so only when it
   * is on the disk. Rotations that do not follow from what is pinned change nothing. A greeting during
   * a pinning still names the key before it, and is answered from there: what was followed already,
   * byte for byte, is skipped at their beginning.
   * @throws GatewayError DATA_FILE_UNWRITABLE; then the old pin stays.
   */
  follow(rotations: readonly string[]): Promise<Result<PinnedLeaseKey, RotationFault>> {
    const done = this.#last.then(() => this.#follow(rotations));
    // Whoever brought this one hears of its failure; the next one is not the worse for it.
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #follow(rotations: readonly string[]): Promise<Result<PinnedLeaseKey, RotationFault>> {
    const isNews = (one: string): boolean => !this.#followed.includes(one);
    const from = rotations.findIndex(isNews);
    const news = from < 0 ? [] : rotations.slice(from);
    const statements = news.map((one) => fromHex(one) ?? new Uint8Array());
    const followed = followRotations(this.#enrolment.leaseKey, statements);
    if (!followed.ok) return followed;
    const enrolment = { ...this.#enrolment, leaseKey: followed.value };
    await storeEnrolment(this.#directory, enrolment);
    this.#enrolment = enrolment;
    this.#followed = [...this.#followed, ...news].slice(-rotationsMax);
    return ok(followed.value);
  }
}

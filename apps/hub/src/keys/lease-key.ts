import { dirname } from "node:path";
import { rotationsMax } from "@pista/contracts";
import { followRotations, leasePublicKey, readRotation, signRotation } from "@pista/flight";
import { type EpochMs, fromHex, toHex } from "@pista/kernel";
import { HubError } from "../errors.ts";
import { type KeyDisk, keyDisk } from "./key-disk.ts";

type Content = {
  readonly secretKey: Uint8Array;
  /** Oldest first, in hexadecimal; each key's successor is the next one's predecessor. */
  readonly rotations: readonly string[];
};

/** The secret on a line of its own, and after it a line for each rotation that led to it. */
export const leaseKeyForm = /^([0-9a-f]{64})\n((?:[0-9a-f]{416}\n)*)$/;

/**
 * [AU8] The hub's lease key. Secret and statements are one file, so that a rotation is one rename:
 * whatever cuts it off leaves the old key with the old chain, or the new key with the chain that
 * leads to it. The old secret goes with it, for no gateway needs it: what it had to sign is signed.
 */
export class LeaseKey {
  readonly #path: string;
  readonly #disk: KeyDisk;
  #content: Content;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, content: Content, disk: KeyDisk) {
    this.#path = path;
    this.#content = content;
    this.#disk = disk;
  }

  /**
   * @param text what the file holds, in the form above.
   * @throws HubError HUB_KEY_FILE when its rotations do not lead to its key.
   */
  static async open(path: string, text: string, disk: KeyDisk = keyDisk): Promise<LeaseKey> {
    const content = parse(text);
    if (!content) {
      const message = `${path} is damaged: its rotations do not lead to its key. Put its backup back.`;
      throw new HubError("HUB_KEY_FILE", message);
    }
    // A rotation that was cut off leaves a secret there that never signed anything.
    await disk.remove(draftOf(path));
    return new LeaseKey(path, content, disk);
  }

  get secretKey(): Uint8Array {
    return this.#content.secretKey;
  }

  get publicKeyHex(): string {
    return publicKeyHexOf(this.secretKey);
  }

  /** The rotations since a key was the hub's; undefined when it never was, or too long ago. */
  since(publicKeyHex: string): readonly string[] | undefined {
    if (publicKeyHex === this.publicKeyHex) return [];
    const { rotations } = this.#content;
    const from = rotations.findIndex((one) => oldKeyHexOf(one) === publicKeyHex);
    return from < 0 ? undefined : rotations.slice(from);
  }

  /**
   * Gives way to another key, one rotation after the other.
   * @param rotated called once it is on the disk, before anything is signed with the new key.
   * @throws HubError HUB_KEY_FILE; then the old key stays.
   */
  rotate(
    to: { readonly secretKey: Uint8Array; readonly atMs: EpochMs },
    rotated: (statement: string) => void,
  ): Promise<{ serial: number; publicKeyHex: string }> {
    const done = this.#last.then(() => this.#rotate(to, rotated));
    // Whoever asked for this one hears of its failure; the next one is not the worse for it.
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #rotate(
    { secretKey, atMs }: { readonly secretKey: Uint8Array; readonly atMs: EpochMs },
    rotated: (statement: string) => void,
  ): Promise<{ serial: number; publicKeyHex: string }> {
    const { secretKey: oldSecretKey, rotations } = this.#content;
    const serial = serialOf(rotations.at(-1)) + 1;
    const statement = toHex(
      signRotation({ serial, rotatedAtMs: atMs, oldSecretKey, newSecretKey: secretKey }),
    );
    const content = { secretKey, rotations: [...rotations, statement].slice(-rotationsMax) };
    const draft = draftOf(this.#path);
    try {
      await this.#disk.write(draft, textOf(content));
      await this.#disk.rename(draft, this.#path);
      await this.#disk.sync(dirname(this.#path));
    } catch (cause) {
      throw new HubError("HUB_KEY_FILE", `${this.#path} cannot be replaced.`, { cause });
    }
    this.#content = content;
    rotated(statement);
    return { serial, publicKeyHex: this.publicKeyHex };
  }
}

const draftOf = (path: string): string => `${path}.new`;
const publicKeyHexOf = (secretKey: Uint8Array): string => toHex(leasePublicKey(secretKey));
const textOf = ({ secretKey, rotations }: Content): string =>
  [toHex(secretKey), ...rotations].map((line) => `${line}\n`).join("");
const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const serialOf = (statement: string | undefined): number =>
  (statement === undefined ? undefined : readRotation(bytesOf(statement))?.serial) ?? 0;
const oldKeyHexOf = (statement: string): string =>
  toHex(readRotation(bytesOf(statement))?.oldKey ?? new Uint8Array());

function parse(text: string): Content | undefined {
  const [, secretHex = "", lines = ""] = leaseKeyForm.exec(text) ?? [];
  const secretKey = fromHex(secretHex);
  if (secretKey?.length !== 32) return undefined;
  const rotations = lines.split("\n").slice(0, -1);
  const [first] = rotations;
  if (first === undefined) return { secretKey, rotations };
  const oldest = { publicKey: bytesOf(oldKeyHexOf(first)), serial: serialOf(first) - 1 };
  const followed = followRotations(oldest, rotations.map(bytesOf));
  if (!followed.ok || toHex(followed.value.publicKey) !== publicKeyHexOf(secretKey))
    return undefined;
  return { secretKey, rotations };
}

import { assert } from "./assert.ts";
import type { Brand } from "./brand.ts";

/** Identities that more than one domain speaks of. A domain's own stand in its package. */
export type OrganisationId = Brand<string, "OrganisationId">;
export type PersonId = Brand<string, "PersonId">;
export type TrialId = Brand<string, "TrialId">;
export type SiteId = Brand<string, "SiteId">;
/** A thing operated: a drone, a sensor, a gate, a camera. A device's id is its asset's. */
export type AssetId = Brand<string, "AssetId">;

/** Lower-case letters, digits and hyphens, 1 to 63 of them: safe in URLs, topics and file names. */
export const idPattern = "^[a-z0-9][a-z0-9-]{0,62}$";
const idExpression = new RegExp(idPattern);

export const isId = (text: string): boolean => idExpression.test(text);

/** Makes one kind of identity from text that is known to be an id. */
export const idMaker =
  <Id extends Brand<string, string>>(what: string) =>
  (text: string): Id => {
    assert(isId(text), `${what} must match ${idPattern}, not ${JSON.stringify(text)}.`);
    return text as Id;
  };

export const organisationId = idMaker<OrganisationId>("An organisation's id");
export const personId = idMaker<PersonId>("A person's id");
export const trialId = idMaker<TrialId>("A trial's id");
export const siteId = idMaker<SiteId>("A site's id");
export const assetId = idMaker<AssetId>("An asset's id");

const digits = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * An id of 80 random bits behind a word that tells a reader what it names: `trial-9k2m...`.
 * The caller draws the ten bytes.
 */
export function randomIdText(word: string, randomBytes: Uint8Array): string {
  assert(randomBytes.length === 10, "An id takes ten random bytes.");
  let bits = 0n;
  for (const byte of randomBytes) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let digit = 0; digit < 16; digit++) {
    text = `${digits[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return `${word}-${text}`;
}

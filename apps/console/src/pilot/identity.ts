import { type PilotPublicKey, proofText, thumbprintOf } from "@pista/flight";
import { toBase64Url, toUtf8 } from "@pista/kernel";

/** [AU2] What makes this browser the pilot whom a lease names. Neither key can be read out. */
export type StoredIdentity = {
  readonly certificate: RTCCertificate;
  readonly keyPair: CryptoKeyPair;
};

/** Where the identity outlives a page; the browser's database, or nothing in a test. */
export type IdentityStore = {
  readonly load: () => Promise<StoredIdentity | undefined>;
  readonly save: (identity: StoredIdentity) => Promise<void>;
};

export type PilotIdentity = {
  readonly certificate: RTCCertificate;
  /** "AB:CD:...", SHA-256 (RFC 8122, section 5). */
  readonly dtlsFingerprint: string;
  readonly keyThumbprint: string;
  /** Answers a gateway's challenge under a lease. */
  readonly prove: (
    lease: { readonly id: string; readonly epoch: number },
    challenge: string,
  ) => Promise<{ readonly publicKey: PilotPublicKey; readonly signature: string }>;
};

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
/** A certificate that ends during a flight would end the flight. */
const leftMsMin = 24 * 3_600_000;

/** The pilot of the last visit where the browser kept it, else a new one. */
export async function loadIdentity(store: IdentityStore, nowMs: number): Promise<PilotIdentity> {
  const known = await store.load();
  if (known && known.certificate.expires - nowMs > leftMsMin) return identityOf(known);
  const made: StoredIdentity = {
    certificate: await RTCPeerConnection.generateCertificate(algorithm),
    keyPair: await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]),
  };
  await store.save(made);
  return identityOf(made);
}

async function identityOf({ certificate, keyPair }: StoredIdentity): Promise<PilotIdentity> {
  const { x, y } = await crypto.subtle.exportKey("jwk", keyPair.publicKey);
  if (!x || !y) throw new Error("The browser's signing key is not on the curve P-256.");
  const publicKey: PilotPublicKey = { x, y };
  return {
    certificate,
    dtlsFingerprint: await fingerprintOf(certificate),
    keyThumbprint: thumbprintOf(publicKey),
    async prove(lease, challenge) {
      // The lease's id was made by the hub; the proof takes it as text.
      const text = proofText(
        { leaseId: lease.id, epoch: lease.epoch } as Parameters<typeof proofText>[0],
        challenge,
      );
      const hash = { name: "ECDSA", hash: "SHA-256" };
      const bytes = Uint8Array.from(toUtf8(text));
      const signature = await crypto.subtle.sign(hash, keyPair.privateKey, bytes);
      return { publicKey, signature: toBase64Url(new Uint8Array(signature)) };
    },
  };
}

const fingerprintForm = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;

async function fingerprintOf(certificate: RTCCertificate): Promise<string> {
  const own = certificate
    .getFingerprints?.()
    .find(({ algorithm: name }) => name?.toLowerCase() === "sha-256")?.value;
  const fingerprint = (own ?? (await fingerprintByOffer(certificate))).toUpperCase();
  if (!fingerprintForm.test(fingerprint)) {
    throw new Error("The browser names no SHA-256 fingerprint of its certificate.");
  }
  return fingerprint;
}

/** Firefox does not tell a certificate's fingerprint, but writes it into every offer. */
async function fingerprintByOffer(certificate: RTCCertificate): Promise<string> {
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  try {
    connection.createDataChannel("fingerprint");
    const { sdp } = await connection.createOffer();
    return /^a=fingerprint:sha-256 (\S+)/im.exec(sdp ?? "")?.[1] ?? "";
  } finally {
    connection.close();
  }
}

import { Type } from "typebox";
import { BrakesState, FlightPhaseName, RungName, SigningState } from "../http/flight-routes.ts";
import { closed, Id, Nullable } from "../http/shapes.ts";

/** The gateway dials out to this path and the two speak JSON text frames. */
export const gatewayLinkPath = "/gateway-link";
export const gatewayLinkVersion = 3;

/** [AU8] What the gateway signs with its own key, so that a signature means nothing elsewhere. */
export const linkProofText = (gatewayId: string, challenge: string): string =>
  `pista-gateway-link-v1\n${gatewayId}\n${challenge}`;

/** [AU8] What a gateway signs with its old key and with its new one, to have the new one pinned. */
export const keyRotationText = (
  gatewayId: string,
  challenge: string,
  publicKeyHex: string,
): string => `pista-gateway-key-rotation-v1\n${gatewayId}\n${challenge}\n${publicKeyHex}`;

const PublicKey = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Signature = Type.String({ pattern: "^[0-9a-f]{128}$" });
/**
 * [AU1] The highest epoch that `hello` may name, a quarter of what a stick frame can carry: whatever a
 * gateway says of itself, three billion leases are left. One that has obeyed a higher one says this.
 */
export const helloEpochMax = 2 ** 30;
/** [AU8] As many rotations of the lease key as a hub remembers, and one message carries. */
export const rotationsMax = 100;

const Enu = Type.Object(
  { eastM: Type.Number(), northM: Type.Number(), upM: Type.Number() },
  closed,
);

export const Telemetry = Type.Object(
  {
    op: Type.Literal("telemetry"),
    phase: FlightPhaseName,
    armed: Type.Boolean(),
    rung: RungName,
    lock: Nullable(Type.String()),
    commandAgeMs: Nullable(Type.Number()),
    batteryPct: Nullable(Type.Number()),
    signing: SigningState,
    brakes: BrakesState,
    position: Nullable(Enu),
    headingDeg: Nullable(Type.Number()),
    speedMps: Nullable(Type.Number()),
  },
  closed,
);
export type Telemetry = Type.Static<typeof Telemetry>;

/** What the gateway says to the hub. */
export const FromGateway = Type.Union([
  Type.Object(
    {
      op: Type.Literal("hello"),
      version: Type.Integer(),
      gatewayId: Id,
      /** The lease key that it has pinned. */
      leasePublicKey: PublicKey,
      /** [AU1] No lease of this epoch or a lower one is obeyed any more; 0 before the first. */
      highestEpoch: Type.Integer({ minimum: 0, maximum: helloEpochMax }),
    },
    closed,
  ),
  Type.Object({ op: Type.Literal("proof"), signature: Signature }, closed),
  Type.Object(
    {
      op: Type.Literal("rotate-key"),
      publicKey: PublicKey,
      oldSignature: Signature,
      newSignature: Signature,
    },
    closed,
  ),
  Type.Object({ op: Type.Literal("ping"), sentAtMs: Type.Number() }, closed),
  Telemetry,
  Type.Object(
    {
      op: Type.Literal("lease-state"),
      leaseId: Id,
      /** "awaited": a handover whose receiver has yet to prove what a pilot needs (AU3). */
      state: Type.Union([
        Type.Literal("awaited"),
        Type.Literal("held"),
        Type.Literal("refused"),
        Type.Literal("ended"),
      ]),
      cause: Nullable(Type.String()),
    },
    closed,
  ),
  Type.Object(
    {
      op: Type.Literal("answer"),
      offerId: Type.Integer(),
      /** Null when the gateway refuses the offer. */
      sdp: Nullable(Type.String()),
      cause: Nullable(Type.String()),
    },
    closed,
  ),
]);
export type FromGateway = Type.Static<typeof FromGateway>;

/** What the hub says to the gateway. */
export const FromHub = Type.Union([
  Type.Object({ op: Type.Literal("challenge"), challenge: Type.String() }, closed),
  Type.Object({ op: Type.Literal("welcome") }, closed),
  Type.Object(
    {
      op: Type.Literal("lease-key"),
      /** Oldest first; packages/flight/SPEC.md, AU8, says what is in one. */
      rotations: Type.Array(Type.String({ pattern: "^[0-9a-f]{416}$" }), {
        minItems: 1,
        maxItems: rotationsMax,
      }),
    },
    closed,
  ),
  Type.Object(
    { op: Type.Literal("pong"), sentAtMs: Type.Number(), hubNowMs: Type.Number() },
    closed,
  ),
  Type.Object({ op: Type.Literal("lease"), token: Type.String() }, closed),
  Type.Object({ op: Type.Literal("revoke"), leaseId: Id, reason: Type.String() }, closed),
  Type.Object(
    { op: Type.Literal("offer"), offerId: Type.Integer(), leaseId: Id, sdp: Type.String() },
    closed,
  ),
]);
export type FromHub = Type.Static<typeof FromHub>;

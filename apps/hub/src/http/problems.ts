import type { Problem, ProblemCode } from "@pista/contracts";
import type { InventoryFault } from "@pista/parking";
import type { Reason } from "@pista/programme";

type Kind = { readonly status: number; readonly title: string };

/** Only this table knows which status a refusal has. */
const kinds: Record<ProblemCode, Kind> = {
  "malformed-request": { status: 400, title: "The request is malformed" },
  "not-signed-in": { status: 401, title: "Sign in first" },
  "not-permitted": { status: 403, title: "Not permitted" },
  "not-found": { status: 404, title: "Not found" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "wrong-origin": { status: 403, title: "The request comes from another site" },
  internal: { status: 500, title: "The hub failed" },
  "not-ready": { status: 503, title: "The hub is not ready" },
  "wrong-credentials": { status: 401, title: "E-mail or password is wrong" },
  "email-taken": { status: 409, title: "The e-mail address has an account" },
  "id-taken": { status: 409, title: "Already there" },
  "trial-not-activated": { status: 409, title: "The trial is not activated" },
  "trial-not-suspended": { status: 409, title: "The trial is not suspended" },
  "reason-missing": { status: 400, title: "A reason is needed" },
  "version-conflict": { status: 409, title: "Somebody else has just changed it" },
  "drone-taken": { status: 409, title: "Somebody else flies this drone" },
  "gateway-offline": { status: 503, title: "The drone's gateway does not answer" },
  "lease-ended": { status: 409, title: "The lease has ended" },
  "handed-over": { status: 409, title: "The drone was handed over" },
  "wrong-enrolment-code": { status: 401, title: "The enrolment code is wrong or spent" },
  "feed-unreadable": { status: 422, title: "The feed cannot be read" },
  "too-many-bays": { status: 422, title: "Too many bays at once" },
  "commands-full": { status: 409, title: "Too many commands wait for this device" },
  "inventory-unreadable": { status: 422, title: "The inventory has faults" },
};

/** RFC 9457. The type is a name in this project's own space, not a page to fetch. */
export function problemOf(code: ProblemCode, detail: string, reasons?: readonly Reason[]): Problem {
  const { status, title } = kinds[code];
  const problem = { type: `urn:pista:problem:${code}`, title, status, detail, code };
  return reasons ? { ...problem, reasons: reasons.map((reason) => ({ ...reason })) } : problem;
}

/** A refusal that a use case returns: its kind is the problem's code. */
export type Refusal = {
  readonly kind: ProblemCode;
  readonly detail: string;
  /** What is wrong with a document, each with its place. */
  readonly faults?: readonly InventoryFault[];
};

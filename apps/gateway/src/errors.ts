/** Codes never change once released: scripts match on them. */
export type GatewayErrorCode =
  | "HUB_ADDRESS_UNREADABLE"
  | "VEHICLE_ADDRESS_UNREADABLE"
  | "VEHICLE_NAME_UNREADABLE"
  | "VEHICLES_CLASH"
  | "BIND_ADDRESS_UNREADABLE"
  | "LOCAL_PAGE_UNREADABLE"
  | "NUMBER_OUT_OF_RANGE"
  | "DATA_DIRECTORY_HELD"
  | "DATA_FILE_UNREADABLE"
  | "DATA_FILE_UNWRITABLE"
  | "KEY_FILE_UNREADABLE"
  | "GATEWAY_KEY_MISSING"
  | "ENROLMENT_FILE_UNREADABLE"
  | "ENROLMENT_CODE_MISSING"
  | "ENROLMENT_REFUSED"
  | "ENROLMENT_UNANSWERED"
  | "EPOCH_FILE_UNREADABLE"
  | "BRAKE_FILE_UNREADABLE"
  | "MAVLINK_KEY_UNREADABLE"
  | "MAVLINK_STAMP_UNREADABLE"
  | "RECORD_UNWRITABLE"
  | "VEHICLE_SOCKET_FAILED"
  | "HUB_LINK_FAILED"
  | "MEDIA_FAILED"
  | "LOCAL_PAGE_FAILED";

/** What this program was doing when it failed; the cause says why. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: GatewayErrorCode;
  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What to do about it often stands in a cause: in the hub's words, or in the system's. */
export function wordsOf(error: Error): string {
  const { message, cause } = error;
  // Of several addresses that were tried in vain Node tells the code alone.
  const own = message || ("code" in error ? String(error.code) : error.name);
  return cause instanceof Error ? `${own} ${wordsOf(cause)}` : own;
}

/** What no second start mends, and a person must. A directory that is held is let go of by itself. */
const lastingCodes: ReadonlySet<GatewayErrorCode> = new Set([
  "HUB_ADDRESS_UNREADABLE",
  "VEHICLE_ADDRESS_UNREADABLE",
  "VEHICLE_NAME_UNREADABLE",
  "VEHICLES_CLASH",
  "BIND_ADDRESS_UNREADABLE",
  "LOCAL_PAGE_UNREADABLE",
  "NUMBER_OUT_OF_RANGE",
  "KEY_FILE_UNREADABLE",
  "ENROLMENT_FILE_UNREADABLE",
  "ENROLMENT_CODE_MISSING",
  "ENROLMENT_REFUSED",
  "EPOCH_FILE_UNREADABLE",
  "BRAKE_FILE_UNREADABLE",
  "MAVLINK_KEY_UNREADABLE",
  "MAVLINK_STAMP_UNREADABLE",
]);

/** EX_CONFIG of sysexits.h: whoever started this program should not start it again by itself. */
export const lastingExitCode = 78;

export const exitCodeOf = (error: unknown): number =>
  error instanceof GatewayError && lastingCodes.has(error.code) ? lastingExitCode : 1;

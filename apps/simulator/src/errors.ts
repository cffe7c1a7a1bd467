/** What can end the simulator; the codes never change once released. */
export type SimulatorErrorCode = "KEYS_FILE_UNREADABLE" | "KEYS_FILE_MALFORMED" | "HOOK_UNKNOWN";

export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes never change once released; the logger prints the chain of causes. */
export type HubErrorCode =
  | "HUB_SETTINGS"
  | "HUB_KEY_FILE"
  | "HUB_PORT_TAKEN"
  | "HUB_CONSOLE_MISSING"
  | "HUB_NOT_REACHED"
  | "HUB_BACKUP"
  | "HUB_DEMONSTRATION"
  | "HUB_CODEC_NOT_STARTED"
  | "HUB_CODECS_CLOSED";

export class HubError extends Error {
  override readonly name = "HubError";
  readonly code: HubErrorCode;

  constructor(code: HubErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

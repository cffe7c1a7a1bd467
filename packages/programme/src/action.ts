import type { GrantedAction } from "./trial.ts";

/** What a person does for the city as a whole, whichever trial it concerns. */
export type Role = "administrator" | "steward" | "manager" | "pilot" | "viewer";

export const roles = ["administrator", "steward", "manager", "pilot", "viewer"] as const;

/** Who may do it follows from the person's roles alone. */
export type PlatformAction = keyof typeof rolesFor;

/** Allowed only under a trial that is activated, at its site, within its window. */
export type TrialAction = GrantedAction | "report.publish";

export type Action = PlatformAction | TrialAction | "public.read";

/**
 * Which roles carry which platform action. The operator, who holds the data directory, may do all
 * of them: whoever can read the keys could do worse.
 */
export const rolesFor = {
  "city.read": ["administrator", "steward", "manager", "pilot", "viewer"],
  "self.manage": ["administrator", "steward", "manager", "pilot", "viewer"],
  "trial.read": ["administrator", "steward", "manager", "pilot", "viewer"],
  "trial.suspend": ["administrator", "steward"],
  "trial.resume": ["administrator", "steward"],
  "lease.revoke": ["administrator", "steward"],
  /** The operator's alone. */
  "lease-key.rotate": [],
  "people.read": ["administrator"],
  "people.manage": ["administrator"],
  "device.read": ["administrator", "manager"],
  "device.manage": ["administrator", "manager"],
  "quarantine.read": ["administrator", "steward", "manager"],
  "gateway.manage": ["administrator"],
  "inventory.import": ["administrator", "manager"],
  "audit.read": ["administrator", "steward"],
} as const satisfies Record<string, readonly Role[]>;

/** Its own names only: "toString" is no action, whoever asks. */
export const isPlatformAction = (action: Action): action is PlatformAction =>
  Object.hasOwn(rolesFor, action);

export * from "./envelope.ts";
export * from "./gateway.ts";
export * from "./gateway-state.ts";
export * from "./identity.ts";
export type { Rung } from "./ladder.ts";
export * from "./lease.ts";
export * from "./limits.ts";
export * from "./pilot-channel.ts";
export * from "./pilot-proof.ts";

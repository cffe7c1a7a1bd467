export * from "./client.ts";
export * from "./device/report-body.ts";
export * from "./gateway-link/link-messages.ts";
export * from "./http/index.ts";
export * from "./live/live-messages.ts";
export * from "./pilot/lossy-lane.ts";
export * from "./pilot/reliable-lane.ts";
export * from "./route.ts";

export * from "./bay-state.ts";
export * from "./car-park-state.ts";
export * from "./identity.ts";
export * from "./inventory.ts";
export * from "./occupancy.ts";
export * from "./report.ts";
export * from "./report-mapping.ts";

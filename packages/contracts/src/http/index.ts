export * from "./city-routes.ts";
export * from "./device-command-routes.ts";
export * from "./device-model-routes.ts";
export * from "./device-routes.ts";
export * from "./flight-routes.ts";
export * from "./people-routes.ts";
export * from "./programme-routes.ts";
export { Problem } from "./shapes.ts";
export * from "./zone-routes.ts";

export * from "./lorawan-uplink.ts";
export * from "./turin-car-parks.ts";

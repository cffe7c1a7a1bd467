export * from "./turin-car-parks.ts";

export * from "./action.ts";
export * from "./decide.ts";
export * from "./demonstration-hall.ts";
export * from "./site.ts";
export * from "./trial.ts";

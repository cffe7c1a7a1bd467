import * as contracts from "@pista/contracts";

const isRoute = (value: unknown): value is contracts.Route =>
  typeof value === "object" && value !== null && "okStatus" in value && "path" in value;

/** Every route of the contract, so that a route which is added is tested before anybody thinks of it. */
export const contractRoutes: readonly contracts.Route[] =
  Object.values<unknown>(contracts).filter(isRoute);

export const routeName = ({ method, path }: contracts.Route): string => `${method} ${path}`;

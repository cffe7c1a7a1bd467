import { type Brand, idMaker } from "@pista/kernel";

/** One granting of control: renewals keep it, a new pilot or a new asking makes a new one. */
export type LeaseId = Brand<string, "LeaseId">;
/** The computer at the site that stands between pilots and one vehicle. */
export type GatewayId = Brand<string, "GatewayId">;

export const leaseId = idMaker<LeaseId>("A lease's id");
export const gatewayId = idMaker<GatewayId>("A gateway's id");

import { type Brand, idMaker } from "@pista/kernel";

/** One marked place for one vehicle at the kerb (a space, in the Curb Data Specification's words). */
export type BayId = Brand<string, "BayId">;
/** A stretch of the city that is priced and reported on as one. */
export type ZoneId = Brand<string, "ZoneId">;
/** A neighbourhood or corridor of interest, made of zones. */
export type AreaId = Brand<string, "AreaId">;
/** What may be done at a kerb, by whom, when and for how long. */
export type PolicyId = Brand<string, "PolicyId">;
/** A sign, a meter, a hydrant: a thing that stands at the kerb. */
export type CurbObjectId = Brand<string, "CurbObjectId">;
/** An off-street facility as it is built. */
export type FacilityId = Brand<string, "FacilityId">;
/** The live count of an off-street facility. */
export type CarParkId = Brand<string, "CarParkId">;
/** A make of sensor: its payload codec and what its decoded data mean. */
export type DeviceModelId = Brand<string, "DeviceModelId">;

export const bayId = idMaker<BayId>("A bay's id");
export const zoneId = idMaker<ZoneId>("A zone's id");
export const areaId = idMaker<AreaId>("An area's id");
export const policyId = idMaker<PolicyId>("A policy's id");
export const curbObjectId = idMaker<CurbObjectId>("A curb object's id");
export const facilityId = idMaker<FacilityId>("An off-street facility's id");
export const carParkId = idMaker<CarParkId>("A car park's id");
export const deviceModelId = idMaker<DeviceModelId>("A device model's id");

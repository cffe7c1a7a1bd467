import { type Brand, idMaker } from "@pista/kernel";

/** One marked place for one vehicle at the kerb (a space, in the Curb Data Specification's words). */
export type BayId = Brand<string, "BayId">;
/** A stretch of the city that is priced and reported on as one. */
export type ZoneId = Brand<string, "ZoneId">;
/** An off-street facility, known by how many vehicles it holds. */
export type CarParkId = Brand<string, "CarParkId">;
/** A make of sensor: its payload codec and what its decoded data mean. */
export type DeviceModelId = Brand<string, "DeviceModelId">;

export const bayId = idMaker<BayId>("A bay's id");
export const zoneId = idMaker<ZoneId>("A zone's id");
export const carParkId = idMaker<CarParkId>("A car park's id");
export const deviceModelId = idMaker<DeviceModelId>("A device model's id");

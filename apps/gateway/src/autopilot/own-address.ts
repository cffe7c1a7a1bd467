import { type Address, MavComponent } from "@pista/mavlink";

/**
 * [LG10] Who this program is among ground stations. Not 255, which QGroundControl, Mission Planner and
 * MAVProxy all take: ArduPilot's landing for want of a ground station counts the heartbeats of one
 * system id, and with theirs it would not notice that this program has died. For the same reason two
 * gateways whose vehicles hear one another's lines are two system ids.
 */
export const ownAddress: Address = { systemId: 248, componentId: MavComponent.MISSIONPLANNER };

import {
  MavParamError,
  MavParamType,
  type OutgoingMessage,
  type ParamRequestRead,
} from "@pista/mavlink";
import {
  type CopterState,
  isParameterName,
  type ParameterName,
  parameterNames,
} from "@pista/simulation";
import { type Sender, targetOf } from "./sender.ts";

/** ArduPilot sends every parameter as a float, whatever its type. */
export const parameterValue = (copter: CopterState, parameter: ParameterName): OutgoingMessage => ({
  name: "PARAM_VALUE",
  paramId: parameter,
  paramValue: copter.autopilot.parameters[parameter],
  paramType: MavParamType.REAL32,
  paramCount: parameterNames.length,
  paramIndex: parameterNames.indexOf(parameter),
});

/** As newer versions of ArduPilot say it; older ones leave such a question unanswered. */
export const noSuchParameter = (paramId: string, from: Sender): OutgoingMessage => ({
  name: "PARAM_ERROR",
  paramId,
  paramIndex: -1,
  error: MavParamError.DOES_NOT_EXIST,
  ...targetOf(from),
});

/** An index of -1 says to look at the name instead. */
export function readParameter(
  copter: CopterState,
  { paramIndex, paramId }: ParamRequestRead,
  from: Sender,
): OutgoingMessage {
  const name = paramIndex >= 0 ? parameterNames[paramIndex] : paramId;
  return name !== undefined && isParameterName(name)
    ? parameterValue(copter, name)
    : noSuchParameter(paramId, from);
}

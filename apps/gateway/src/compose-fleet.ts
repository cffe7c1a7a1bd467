import { resolve } from "node:path";
import type { Clock } from "@pista/kernel";
import type { Logger } from "pino";
import type { Gateway } from "./compose.ts";
import { argumentsFrom } from "./flags.ts";
import { KeptPilotage, type PilotageProgram } from "./fleet/kept-pilotage.ts";
import { lockDirectory } from "./store/directory-lock.ts";
import type { VehiclePlan } from "./vehicle-plans.ts";

/**
 * [LG10] Several vehicles: a pilotage for each, with a media of its own, and this process over them,
 * which holds nothing of a flight. When it is gone each pilotage flies on to its vehicle's landing.
 */
export async function composeFleet(
  { data, vehicles }: { readonly data: string; readonly vehicles: readonly VehiclePlan[] },
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Gateway> {
  const lock = await lockDirectory(resolve(data));
  const kept = vehicles.map(
    (plan) => new KeptPilotage(programOf(plan), clock, log.child({ vehicle: plan.name })),
  );
  return {
    isFlying: false,
    async end() {
      await Promise.all(kept.map((pilotage) => pilotage.end()));
      await lock.release();
    },
  };
}

function programOf({ name, shared, flags }: VehiclePlan): PilotageProgram {
  // The environment's own code, or codes, are not this vehicle's.
  const { PISTA_GATEWAY_CODE: _, ...inherited } = process.env;
  const environment = {
    ...inherited,
    ...(flags.code !== undefined && { PISTA_GATEWAY_CODE: flags.code }),
    PISTA_GATEWAY_VEHICLE: name,
    PISTA_EXIT_WITH_PARENT: "landed",
  };
  return { arguments: argumentsFrom(shared, flags), environment };
}

import type { Logger } from "pino";
import type { Task, TaskFailure } from "./task-run.ts";

/** [LG10] What guards a flight is shown as it is read back; other tasks only where they fail. */
export function tellSettled(
  log: Logger,
  task: Task,
  failure: TaskFailure | undefined,
  was: number | undefined,
): void {
  if (failure) log.warn({ why: failure.why }, `the vehicle did not ${task.what}`);
  else if (task.kind === "failsafe" && was !== undefined) {
    const { value, does } = task.instead;
    const parameter = task.names.join(" or ");
    const why = "indoors it would have flown home, or hovered where nobody may land it";
    log.warn({ parameter, was, value, does }, `a failsafe of the vehicle's was set: ${why}`);
  } else if (task.kind === "parameter") {
    log.info(
      { parameter: task.names.join(" or "), value: task.value },
      "read back from the vehicle",
    );
  }
}

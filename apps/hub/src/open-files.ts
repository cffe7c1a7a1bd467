/** What a process may hold open: Node raises it to the system's hard limit when it starts. */
export function openFilesMax(): number {
  // The report's own type is "object"; its userLimits are described in Node's manual.
  const report = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | "unlimited" } };
  };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

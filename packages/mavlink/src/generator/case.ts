/** `time_boot_ms` -> `timeBootMs`; `PARAM_VALUE` -> `paramValue`. */
export const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** `PARAM_VALUE` -> `ParamValue`. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

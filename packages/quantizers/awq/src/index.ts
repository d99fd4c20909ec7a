export { awq } from "./awq.ts";
export { type AwqColumnOptions, awqColumn } from "./awq-column.ts";
export type { AwqOptions } from "./awq-options.ts";

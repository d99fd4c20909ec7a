export { type AwqColumnOptions, awqColumn } from "./awq-column.ts";

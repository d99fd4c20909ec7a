export { asinq } from "./asinq.ts";
export { type AsinqOptions, asinqPresets } from "./asinq-options.ts";

export type { BlockOptions } from "./block-options.ts";
export { fp4 } from "./fp4.ts";
export { nf4 } from "./nf4.ts";
export { type Nf4ShiftOptions, nf4Shift } from "./nf4-shift.ts";

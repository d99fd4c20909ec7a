export { type Nf4ShiftOptions, nf4Shift } from "./nf4-shift.ts";

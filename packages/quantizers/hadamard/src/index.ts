export { type HadamardRtnOptions, hadamardRtn } from "./hadamard-rtn.ts";

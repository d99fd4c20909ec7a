export { type HqqOptions, hqq } from "./hqq.ts";
export { type HqqSinqOptions, hqqSinq } from "./hqq-sinq.ts";

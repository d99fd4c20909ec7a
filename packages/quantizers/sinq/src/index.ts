export { type NormalizeRequest, normalizeAndRound } from "./normalize-and-round.ts";
export { sinq, sinqHqq, sinqNf3, sinqNf4, sinqSym } from "./sinq.ts";
export { type SinqNoOverheadOptions, sinqNoOverhead } from "./sinq-no-overhead.ts";
export { type SinqOptions, sinqPresets } from "./sinq-options.ts";

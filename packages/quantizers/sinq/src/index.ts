export { type NormalizeRequest, normalizeAndRound } from "./normalize-and-round.ts";
export { sinq, sinqNf3, sinqNf4, sinqSym } from "./sinq.ts";
export { type SinqOptions, sinqPresets } from "./sinq-options.ts";

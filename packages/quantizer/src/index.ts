export { checkConfig, checkWeight } from "./check-request.ts";
export { codebooks } from "./codebooks.ts";
export { type Agreement, type PublishedOutput, publishedAgreement } from "./conformance/published-agreement.ts";
export {
  type ConformanceCheck,
  type ConformanceOptions,
  quantizerConformance,
} from "./conformance/quantizer-conformance.ts";
export { decode } from "./decode.ts";
export { type EffectiveGroup, effectiveGroup } from "./effective-group.ts";
export { type RoundRequest, roundAndStore } from "./round-and-store.ts";
export { type Rounding, type RoundingName, roundings } from "./roundings.ts";
export { loadAux, storeAux } from "./store-aux.ts";
export { bitsPerWeight, storedBytes } from "./stored-bytes.ts";
export type {
  Aux,
  AuxPrecision,
  AuxRole,
  Encoded,
  QuantizeConfig,
  QuantizeContext,
  Quantizer,
  QuantizerInfo,
  Tiling,
} from "./types.ts";

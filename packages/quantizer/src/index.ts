export { encodeDynamic8 } from "./aux-dynamic8.ts";
export { applyScales, scaledStatistics } from "./block/apply-scales.ts";
export type {
  BlockContext,
  BlockScales,
  BlockStep,
  BlockTensorView,
  BlockView,
  TensorScales,
} from "./block/block-step.ts";
export { composedScales } from "./block/composed-scales.ts";
export { MovedScales } from "./block/moved-scales.ts";
export { isValueLink, type ScaleLink, scaleLinks } from "./block/scale-links.ts";
export { checkConfig, checkWeight } from "./check-request.ts";
export { codebooks } from "./codebooks.ts";
export { type ColumnScaleOptions, columnScaleRules } from "./column-scale/column-scale-options.ts";
export { type ColumnScaleSearch, searchColumnScale } from "./column-scale/search-column-scale.ts";
export { type Agreement, type PublishedOutput, publishedAgreement } from "./conformance/published-agreement.ts";
export {
  type ConformanceCheck,
  type ConformanceOptions,
  quantizerConformance,
} from "./conformance/quantizer-conformance.ts";
export {
  type ExamplePart,
  exampleError,
  exampleInputs,
  exampleOutputError,
  exampleTable,
  exampleWeight,
  sideBySide,
} from "./conformance/worked-example.ts";
export { decode } from "./decode.ts";
export { type EffectiveGroup, effectiveGroup } from "./effective-group.ts";
export { flatGroup } from "./flat-group.ts";
export { type ImbalanceStep, imbalanceByIteration, matrixImbalance, tileImbalances } from "./imbalance.ts";
export { type NormalizationOptions, normalizationRules } from "./options/normalization-options.ts";
export { checkOptions, type OptionRule, type OptionRules, optionRule } from "./options/option-rules.ts";
export { withOptions } from "./options/with-options.ts";
export { encodedFromTensors } from "./packed/encoded-from-tensors.ts";
export { encodedToTensors, type PackedDescription, type PackedTensors } from "./packed/encoded-tensors.ts";
export { isPacked, packedMetadata } from "./packed/packed-metadata.ts";
export { openUnpacked, packedMatrices, type StoredMatrix, unpacked } from "./packed/packed-source.ts";
export { rotateInputs } from "./rotate-inputs.ts";
export { type RoundRequest, roundAndStore } from "./round-and-store.ts";
export { roundAndStoreFlat } from "./round-and-store-flat.ts";
export { type HqqSolver, type Rounding, type RoundingName, roundings } from "./roundings.ts";
export { ActivationCollector } from "./statistics/activation-collector.ts";
export { activationStatistics } from "./statistics/activation-statistics.ts";
export { requiredStatistics } from "./statistics/required-statistics.ts";
export { loadAux, storeAux } from "./store-aux.ts";
export { bitsPerWeight, storedBytes } from "./stored-bytes.ts";
export type {
  Aux,
  AuxPrecision,
  AuxRole,
  Encoded,
  InputTransform,
  LayerStatistics,
  Preset,
  QuantizeConfig,
  QuantizeContext,
  Quantizer,
  QuantizerInfo,
  StatisticsNeeds,
  Tiling,
} from "./types.ts";

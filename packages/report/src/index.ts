export type { ChoiceExperiment, ChoiceMetric } from "./choices/choice-experiment.ts";
export { type ChoiceRow, readChoicesCsv } from "./choices/choice-row.ts";
export { writeChoices } from "./choices/write-choices.ts";
export { type Claim, type ClaimRow, type ClaimVerdict, claimVerdict, readClaimsCsv } from "./claims/claim-row.ts";
export { writeClaims } from "./claims/write-claims.ts";
export { IMBALANCE_COLUMN_NAMES, type ImbalanceRow, readImbalanceCsv } from "./imbalance/imbalance-row.ts";
export { type ImbalanceSpread, imbalanceSpreads, imbalanceTypes } from "./imbalance/imbalance-summary.ts";
export { imbalanceSubject } from "./imbalance/imbalance-words.ts";
export { writeImbalance } from "./imbalance/write-imbalance.ts";
export { type LayerRow, readLayersCsv } from "./layers/layer-row.ts";
export { writeLayers } from "./layers/write-layers.ts";
export { type LossRow, readLossCsv } from "./loss/loss-row.ts";
export { writeLossCurve } from "./loss/write-loss-curve.ts";
export { markdownTable } from "./markdown-table.ts";
export {
  isMethodId,
  METHOD_STYLES,
  type MethodId,
  type MethodStyle,
  methodStyle,
  publishedId,
} from "./method-styles.ts";
export { modelSlug } from "./model-slug.ts";
export { type ObjectiveRow, readObjectiveCsv } from "./objective/objective-row.ts";
export { rankCorrelation } from "./objective/rank-correlation.ts";
export { writeObjective } from "./objective/write-objective.ts";
export { type PaperComparison, paperComparisons, type Verdict } from "./paper-comparison.ts";
export { paretoFront } from "./pareto/pareto-front.ts";
export {
  loadPublished,
  type PublishedCells,
  type PublishedQuery,
  publishedFor,
  publishedRows,
  SINQ_PAPER,
} from "./published.ts";
export { publishedDifference, publishedMetric } from "./published-beside.ts";
export { type RenderedChart, renderChart } from "./render-chart.ts";
export { RESULT_COLUMN_NAMES } from "./result-columns.ts";
export { readResultsCsv, resultsCsv, resultsJson, writeResultsCsv } from "./results-csv.ts";
export {
  type CellStatus,
  type RunStatus,
  readRunStatus,
  removeRunStatus,
  STATUS_SUFFIX,
  writeRunStatus,
} from "./run-status.ts";
export { tableChart } from "./table-chart.ts";
export type { TableOptions } from "./table-columns.ts";
export { TABLE_SUFFIX } from "./table-csv.ts";
export { distinct, methodOf, settingsInWords, type TableLine, tableLines, textNames } from "./table-lines.ts";
export { type TerminalTableOptions, terminalTable } from "./terminal-table.ts";
export { protocolNote, sourceNote } from "./text-notes.ts";
export { fixed } from "./tidy-table.ts";
export { type Overhead, pairedOverhead } from "./timings/paired-overhead.ts";
export { type ProductTimeRow, readProductTimesCsv } from "./timings/product-time-row.ts";
export { type QuantizationTimeRow, readQuantizationTimesCsv } from "./timings/quantization-time-row.ts";
export type { ProductTimeExperiment, QuantizationTimeExperiment } from "./timings/timing-experiment.ts";
export { writeProductTimes, writeQuantizationTimes } from "./timings/write-timings.ts";
export type { Experiment, PublishedRow, ResultRow } from "./types.ts";
export { writeExperiment } from "./write-experiment.ts";

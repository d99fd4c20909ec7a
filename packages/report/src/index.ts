export type { ImbalanceRow } from "./imbalance/imbalance-row.ts";
export { writeImbalance } from "./imbalance/write-imbalance.ts";
export { markdownTable } from "./markdown-table.ts";
export { isMethodId, METHOD_STYLES, type MethodId, type MethodStyle, methodStyle } from "./method-styles.ts";
export { modelSlug } from "./model-slug.ts";
export {
  loadPublished,
  type PublishedCells,
  type PublishedQuery,
  publishedFor,
  publishedRows,
  SINQ_PAPER,
} from "./published.ts";
export { publishedMetric } from "./published-beside.ts";
export { type RenderedChart, renderChart } from "./render-chart.ts";
export { RESULT_COLUMN_NAMES } from "./result-columns.ts";
export { readResultsCsv, resultsCsv, resultsJson, writeResultsCsv } from "./results-csv.ts";
export { tableChart } from "./table-chart.ts";
export type { TableOptions } from "./table-columns.ts";
export { type TerminalTableOptions, terminalTable } from "./terminal-table.ts";
export type { Experiment, PublishedRow, ResultRow } from "./types.ts";
export { writeExperiment } from "./write-experiment.ts";

export type { PublishedBeside } from "./charts/experiment-charts.ts";
export { type PageServer, type ServeOptions, servePage } from "./live/serve-page.ts";
export { pageDocument } from "./page-document.ts";
export type { PageOptions, PlainRecord } from "./page-options.ts";
export { type ResultsTable, readResults } from "./results/read-results.ts";
export { type WrittenPage, writePage } from "./write-page.ts";

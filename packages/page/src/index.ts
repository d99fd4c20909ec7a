export { type ImbalanceTable, type PerplexityTable, type ResultsTable, readResults } from "./results/read-results.ts";

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ChoiceRow,
  type ClaimRow,
  distinct,
  type ImbalanceRow,
  type LayerRow,
  type ObjectiveRow,
  type ResultRow,
  readChoicesCsv,
  readClaimsCsv,
  readImbalanceCsv,
  readLayersCsv,
  readObjectiveCsv,
  readResultsCsv,
  TABLE_SUFFIX,
} from "@sinqbench/report";
import { sha256Hex } from "@sinqbench/tensor";
import { cutOff, emptyResults, noResults, noResultsFolder, unreadableResults } from "../messages.ts";
import { headerOf, type PlainRow, parsePlain } from "./plain-table.ts";
import { kindOf } from "./table-kind.ts";

interface ResultsFile {
  /** `<experiment>/<file>.csv`, as it stands below the folder of results. */
  readonly path: string;
  readonly experiment: string;
  readonly model: string;
  readonly sha256: string;
}

/** One CSV below a folder of results. */
export type ResultsTable =
  | (ResultsFile & { readonly kind: "perplexity"; readonly rows: readonly ResultRow[] })
  | (ResultsFile & { readonly kind: "imbalance"; readonly rows: readonly ImbalanceRow[] })
  | (ResultsFile & { readonly kind: "layers"; readonly rows: readonly LayerRow[] })
  | (ResultsFile & { readonly kind: "objective"; readonly rows: readonly ObjectiveRow[] })
  | (ResultsFile & { readonly kind: "claims"; readonly rows: readonly ClaimRow[] })
  | (ResultsFile & { readonly kind: "choices"; readonly rows: readonly ChoiceRow[] })
  /** Of a kind that this page has no drawing for: its cells as they stand. */
  | (ResultsFile & { readonly kind: "plain"; readonly columns: readonly string[]; readonly rows: readonly PlainRow[] });

export type PerplexityTable = Extract<ResultsTable, { kind: "perplexity" }>;
export type ImbalanceTable = Extract<ResultsTable, { kind: "imbalance" }>;
export type LayersTable = Extract<ResultsTable, { kind: "layers" }>;
export type ObjectiveTable = Extract<ResultsTable, { kind: "objective" }>;
export type ClaimsTable = Extract<ResultsTable, { kind: "claims" }>;
export type ChoicesTable = Extract<ResultsTable, { kind: "choices" }>;
export type PlainTable = Extract<ResultsTable, { kind: "plain" }>;

/** The models that tables are of, each once. A table that has no such column, a machine's for example, is of none. */
export function modelsOf(tables: readonly ResultsTable[]): string[] {
  return distinct(tables.filter(isOfModel).map((table) => table.model));
}

export function isOfModel(table: ResultsTable): boolean {
  return table.kind !== "plain" || table.columns.includes("model");
}

/**
 * Reads every `<experiment>/<model>.csv` below a folder, not the same again in the paper's layout, experiments and models in the order of their names, "table2" before
 * "table10".
 *
 * @throws BenchError `no-results-folder`, `no-results`, `empty-results`, or what the reader of a file throws
 */
export async function readResults(folder: string): Promise<ResultsTable[]> {
  const tables: ResultsTable[] = [];
  for (const experiment of await folders(folder)) {
    const files = (await readdir(join(folder, experiment))).filter(
      (name) => name.endsWith(".csv") && !name.endsWith(TABLE_SUFFIX),
    );
    for (const name of files.sort(natural)) tables.push(await readTable(folder, experiment, name));
  }
  if (tables.length === 0) throw noResults(folder);
  return tables;
}

async function folders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw noResultsFolder(folder, cause);
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort(natural);
}

async function readTable(folder: string, experiment: string, name: string): Promise<ResultsTable> {
  const path = join(folder, experiment, name);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadableResults(path, cause);
  });
  if (!text.endsWith("\n")) throw cutOff(path);
  const table = await readRows(path, text);
  const [first] = table.rows;
  if (!first) throw emptyResults(path);
  const model = String((first as PlainRow).model ?? name.slice(0, -".csv".length));
  return { path: `${experiment}/${name}`, experiment, model, sha256: sha256Hex(text), ...table };
}

async function readRows(path: string, text: string) {
  const columns = headerOf(text);
  const kind = kindOf(columns);
  switch (kind) {
    case "perplexity":
      return { kind, rows: await readResultsCsv(path) } as const;
    case "imbalance":
      return { kind, rows: await readImbalanceCsv(path) } as const;
    case "layers":
      return { kind, rows: await readLayersCsv(path) } as const;
    case "objective":
      return { kind, rows: await readObjectiveCsv(path) } as const;
    case "claims":
      return { kind, rows: await readClaimsCsv(path) } as const;
    case "choices":
      return { kind, rows: await readChoicesCsv(path) } as const;
    case "plain":
      return { kind, columns, rows: parsePlain(path, text) } as const;
  }
}

function natural(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

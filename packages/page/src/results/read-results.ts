import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  IMBALANCE_COLUMN_NAMES,
  type ImbalanceRow,
  type ResultRow,
  readImbalanceCsv,
  readResultsCsv,
} from "@sinqbench/report";
import { sha256File } from "@sinqbench/tensor";
import { emptyResults, noResults, noResultsFolder } from "../messages.ts";

interface ResultsFile {
  /** `<experiment>/<file>.csv`, as it stands below the folder of results. */
  readonly path: string;
  readonly experiment: string;
  readonly model: string;
  readonly sha256: string;
}

/** One CSV below a folder of results: perplexities, or the imbalance of a model's matrices. */
export type ResultsTable =
  | (ResultsFile & { readonly kind: "perplexity"; readonly rows: readonly ResultRow[] })
  | (ResultsFile & { readonly kind: "imbalance"; readonly rows: readonly ImbalanceRow[] });

/** A table of perplexities, the kind that most experiments write. */
export type PerplexityTable = Extract<ResultsTable, { kind: "perplexity" }>;
export type ImbalanceTable = Extract<ResultsTable, { kind: "imbalance" }>;

/**
 * Reads every `<experiment>/<model>.csv` below a folder, experiments and models in the order of their names, "table2" before
 * "table10".
 *
 * @throws BenchError `no-results-folder`, `no-results`, `empty-results`, or what the reader of a file throws
 */
export async function readResults(folder: string): Promise<ResultsTable[]> {
  const tables: ResultsTable[] = [];
  for (const experiment of await folders(folder)) {
    const files = (await readdir(join(folder, experiment))).filter((name) => name.endsWith(".csv"));
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
  const imbalance = (await firstLine(path)) === IMBALANCE_COLUMN_NAMES.join();
  const table = imbalance
    ? ({ kind: "imbalance", rows: await readImbalanceCsv(path) } as const)
    : ({ kind: "perplexity", rows: await readResultsCsv(path) } as const);
  const [first] = table.rows;
  if (!first) throw emptyResults(path);
  const sha256 = await sha256File(path);
  return { path: `${experiment}/${name}`, experiment, model: first.model, sha256, ...table };
}

/** The header; "" where the file cannot be read, so that its reader says why. */
async function firstLine(path: string): Promise<string> {
  const stream = createReadStream(path, "utf8");
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) return line;
  } catch {
    // The reader of the file opens it again and names the cause.
  } finally {
    stream.destroy();
  }
  return "";
}

function natural(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

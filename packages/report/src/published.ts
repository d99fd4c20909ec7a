import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Papa from "papaparse";
import { damagedTable, wrongColumns } from "./messages.ts";
import { publishedId } from "./method-styles.ts";
import type { PublishedRow } from "./types.ts";

const PATH = fileURLToPath(new URL("../data/published.csv", import.meta.url));
const COLUMNS = [
  "source",
  "table",
  "bits",
  "method",
  "model",
  "metric",
  "value",
  "unit",
  "tolerance",
  "remark",
] as const;

/** The source that tables of the SINQ paper have in published.csv: arXiv 2509.22944, version 4. */
export const SINQ_PAPER = "sinq-v4";

let cached: readonly PublishedRow[] | undefined;

/**
 * Every number of `data/published.csv`: the tables of the SINQ paper (source "sinq-v4") and of the Qwen3 quantization
 * study, as printed, with the tolerance at which ours agrees and what is known against a number. `line` is the number's
 * line in that file, so that each can be traced back.
 */
export function loadPublished(): readonly PublishedRow[] {
  return (cached ??= parsePublished(PATH, readFileSync(PATH, "utf8")));
}

/** @throws BenchError `wrong-columns`, or `damaged-results` naming the line */
export function parsePublished(path: string, text: string): readonly PublishedRow[] {
  const [header = [], ...lines] = Papa.parse<string[]>(text.replace(/\n$/, ""), { delimiter: "," }).data;
  if (header.join() !== COLUMNS.join()) throw wrongColumns(path, COLUMNS, header);
  return lines.map((fields, i) => {
    const line = i + 2;
    if (fields.length !== COLUMNS.length) {
      throw damagedTable(path, line, `${fields.length} fields, not ${COLUMNS.length}`);
    }
    const [source, table, bits, method, model, metric, printed, unit, within, remark] = fields;
    const value = Number(printed);
    if (printed === "" || !Number.isFinite(value)) throw damagedTable(path, line, `"${printed}" is not a number`);
    const tolerance = within === "" ? null : Number(within);
    if (tolerance !== null && !(tolerance > 0 && tolerance < 1)) {
      throw damagedTable(path, line, `tolerance "${within}" is not between 0 and 1`);
    }
    return { source, table, bits, method, model, metric, value, unit, printed, tolerance, remark, line };
  });
}

/** Which cells of a published table are wanted; what is left out is not restricted. */
export interface PublishedQuery {
  /** Default: the SINQ paper. */
  readonly source?: string;
  readonly table: string;
  readonly bits?: number;
  /** This project's method id; "nf4" and "fp4" are found under the paper's "bnb-nf4" and "bnb-fp4". */
  readonly method?: string;
  /** Hub id. */
  readonly model?: string;
}

/** The numbers of a published table that answer the query, in the table's order. */
export function publishedRows(query: PublishedQuery): PublishedRow[] {
  const { source = SINQ_PAPER, table, bits, method, model } = query;
  return loadPublished().filter(
    (row) =>
      row.source === source &&
      row.table === table &&
      (bits === undefined || row.bits === String(bits)) &&
      (method === undefined || row.method === publishedId(method)) &&
      (model === undefined || row.model === model),
  );
}

/** The three numbers that a perplexity table prints for one model, method and bit width. */
export interface PublishedCells {
  readonly wikitext2_ppl: PublishedRow | null;
  readonly c4_ppl: PublishedRow | null;
  /** In the table's unit: GB in most, GiB in table 15. */
  readonly memory: PublishedRow | null;
}

/** The perplexities and the memory that a table prints for one model, method and bit width; null for what it does not print. */
export function publishedFor(
  query: Required<Omit<PublishedQuery, "source">> & { readonly source?: string },
): PublishedCells {
  const rows = publishedRows(query);
  const cell = (metric: string) => rows.find((row) => row.metric === metric) ?? null;
  return { wikitext2_ppl: cell("wikitext2_ppl"), c4_ppl: cell("c4_ppl"), memory: cell("memory") };
}

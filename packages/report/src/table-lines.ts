import { methodStyle } from "./method-styles.ts";
import type { Experiment, ResultRow } from "./types.ts";

/** What tells lines of a table apart. */
type LineRow = Pick<ResultRow, "method" | "bits" | "group_size" | "tiling" | "aux" | "options">;

/** One line of a table and one mark row of a chart: a method at some bits, over all models and texts. */
export interface TableLine<R = ResultRow> {
  readonly bits: number;
  readonly method: string;
  /** The method's name, with the settings that tell it apart where the same method appears twice at these bits. */
  readonly label: string;
  readonly rows: readonly R[];
}

/**
 * Rows gathered into lines in the order of the paper: the checkpoint's own weights, then bits in the experiment's order,
 * within them methods in the experiment's order. What the experiment does not name comes after, as it first appears.
 */
export function tableLines<R extends LineRow>(
  experiment: Pick<Experiment, "methods" | "bits">,
  rows: readonly R[],
): TableLine<R>[] {
  const lines = new Map<string, R[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.bits, row.method, settings(row)]);
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const groups = [...lines.values()];
  const order = experiment.methods.map(methodOf);
  const alike = (row: R) =>
    groups.flatMap(([other]) => (other.bits === row.bits && other.method === row.method ? [other] : []));
  const rank = (row: R) => [
    row.method === "bf16" ? 0 : 1,
    position(experiment.bits, row.bits),
    position(order, row.method),
  ];
  return groups
    .sort(([a], [b]) => compare(rank(a), rank(b)))
    .map((group) => {
      const [row] = group;
      const { label } = methodStyle(row.method);
      return {
        bits: row.bits,
        method: row.method,
        label: [label, difference(row, alike(row))].filter(Boolean).join(" "),
        rows: group,
      };
    });
}

/** Names of the evaluated texts: a row's dataset, with the protocol where two protocols cut the same text. */
export function textNames(rows: readonly ResultRow[]): (row: ResultRow) => string {
  return (row) => {
    const again = rows.some((other) => other.dataset === row.dataset && other.protocol !== row.protocol);
    return again ? `${row.dataset} (${row.protocol})` : row.dataset;
  };
}

/** The values of a column, each once, in order of appearance. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

/** The method's id in an experiment's list: "sinq-nf4" of "sinq-nf4:aux=u8". */
export function methodOf(entry: string): string {
  return entry.split(":")[0];
}

/** "(u8)": the settings in which rows of the same method differ; empty where they do not, or where this one has none of them. */
function difference<R extends LineRow>(row: R, alike: readonly R[]): string {
  const own = settingParts(row).filter((part, i) => alike.some((other) => settingParts(other)[i] !== part));
  const shown = own.filter((part) => part !== null);
  return shown.length > 0 ? `(${shown.join(" ")})` : "";
}

/** "g64 1d f16": group size, tiling, precision of the auxiliary values and options; empty for the checkpoint's own weights. */
export function settings(row: LineRow): string {
  return settingParts(row)
    .filter((part) => part !== null)
    .join(" ");
}

function settingParts(row: LineRow): (string | null)[] {
  return [row.group_size === null ? null : `g${row.group_size}`, row.tiling, row.aux, row.options];
}

/** The same in words: "group size 64, 1D tiling, f16 scales". */
export function settingsInWords(row: ResultRow): string {
  return [
    row.group_size === null ? null : `group size ${row.group_size}`,
    row.tiling === null ? null : `${row.tiling.toUpperCase()} tiling`,
    row.aux === null ? null : `${row.aux} scales`,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

function position<T>(order: readonly T[], value: T): number {
  const index = order.indexOf(value);
  return index < 0 ? order.length : index;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i < 0 ? 0 : a[i] - b[i];
}

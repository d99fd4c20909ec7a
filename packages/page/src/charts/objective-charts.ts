import { distinct, fixed, type ObjectiveRow, rankCorrelation, type TableLine } from "@sinqbench/report";
import type { ObjectiveTable } from "../results/read-results.ts";
import { bitsInWords, perplexityInWords, plusMinus, signed } from "../words.ts";
import { type Fact, type PageChart, pageChart } from "./chart.ts";
import { type ScatterDatum, scatterChart } from "./scatter-chart.ts";
import { methodColor } from "./theme.ts";

/** What a setting's rounding is measured by. */
export const OBJECTIVES = [
  { name: "imbalance", title: "imbalance of what is rounded" },
  { name: "kurtosis", title: "kurtosis of its groups" },
  { name: "weight_error", title: "weight error" },
  { name: "output_error", title: "output error" },
] as const satisfies readonly { readonly name: keyof ObjectiveRow; readonly title: string }[];

/** Charts of one text at one bit width. */
export interface ObjectiveCharts {
  readonly dataset: string;
  readonly bits: number;
  readonly charts: readonly { readonly title: string; readonly chart: PageChart }[];
}

/** The loss that settings add against each of four measures, for every text and bit width of a model. */
export function objectiveCharts(
  id: string,
  { model, rows, path }: ObjectiveTable,
  lines: readonly TableLine<ObjectiveRow>[],
): ObjectiveCharts[] {
  return distinct(rows.map((row) => row.dataset)).flatMap((dataset, t) =>
    distinct(lines.map((line) => line.bits)).map((bits): ObjectiveCharts => {
      const own = lines
        .filter((line) => line.bits === bits)
        .flatMap((line) =>
          line.rows.filter((row) => row.dataset === dataset).map((row) => ({ row, label: line.label })),
        );
      const charts = OBJECTIVES.map(({ name, title }) => {
        const data = own.map(({ row, label }): ScatterDatum => {
          const error = row.delta_nll_se ?? 0;
          return {
            x: Number(row[name].toPrecision(6)),
            y: row.delta_nll,
            low: Number((row.delta_nll - error).toFixed(6)),
            high: Number((row.delta_nll + error).toFixed(6)),
            color: methodColor(row.method),
            shape: row.tiling === "2d" ? "square" : row.options === null ? "circle" : "diamond",
            method: row.method,
            facts: objectiveFacts(row, label, path),
          };
        });
        const found = rankCorrelation(
          own.map(({ row }) => row[name]),
          own.map(({ row }) => row.delta_nll),
        );
        const order = found === null ? "" : `; rank correlation ${signed(found, 2)}`;
        const description = `${model} on ${dataset}, ${bitsInWords(bits)}: loss above BF16 against ${title}, ${own.length} settings${order}. The numbers are in the table below.`;
        const axes = {
          x: { title: `${title} (log scale)`, log: true },
          y: { title: "loss above BF16, nats" },
        } as const;
        return {
          title: `${title.replace(/ of .*/, "")}${order}`,
          chart: pageChart(
            `${id}-${t}-${bits}-${name}`,
            description,
            data,
            scatterChart({ ...axes, rule: 0, data, height: 170, follows: true }),
          ),
        };
      });
      return { dataset, bits, charts };
    }),
  );
}

function objectiveFacts(row: ObjectiveRow, label: string, path: string): Fact[] {
  return [
    ["", `${label}, ${bitsInWords(row.bits)}`],
    ["text", row.dataset],
    ["loss to BF16", `${signed(row.delta_nll, 5)}${plusMinus(row.delta_nll_se, 5)} nats`],
    ["perplexity", perplexityInWords(row.perplexity)],
    ["imbalance", fixed(row.imbalance, 3)],
    ["kurtosis", fixed(row.kurtosis, 3)],
    ["weight error", fixed(row.weight_error, 4)],
    ["output error", fixed(row.output_error, 4)],
    ["stored as", `group size ${row.group_size}, ${row.tiling}, ${row.aux} scales`],
    ...(row.options === null ? [] : [["options", row.options] as const]),
    ["windows", `${row.protocol}, ${row.windows}`],
    ["file", path],
  ];
}

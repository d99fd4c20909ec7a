import { METHOD_STYLES, methodStyle, publishedId } from "../method-styles.ts";
import { distinct, tableLines } from "../table-lines.ts";
import { fixed } from "../tidy-table.ts";
import type { PublishedRow } from "../types.ts";
import type { ChoiceExperiment } from "./choice-experiment.ts";
import type { ChoiceRow } from "./choice-row.ts";

const METRIC_NAMES = { accuracy: "accuracy", flip_rate: "flip rate" } as const;

/** One model's tasks: flip rate and accuracy of every method, and the published numbers beside those of the paper's metric. */
export function choicesMarkdown(
  experiment: ChoiceExperiment,
  rows: readonly ChoiceRow[],
  published: readonly PublishedRow[],
): string {
  const tasks = distinct(rows.map((row) => row.task));
  const header = [
    "bits",
    "method",
    ...tasks.flatMap((task) => [`${task}: flip rate`, "accuracy", "normalized"]),
    "bits per weight",
  ];
  const rule = header.map((_, i) => (i === 1 ? "---" : "---:"));
  const body = tableLines(experiment, rows).map(({ bits, label, rows: own }) => [
    String(bits),
    label,
    ...tasks.flatMap((task) => {
      const row = own.find((candidate) => candidate.task === task);
      if (!row) return ["", "", ""];
      return [
        share(row.flip_rate, row.flip_rate_se),
        share(row.accuracy, row.accuracy_se),
        share(row.accuracy_norm, row.accuracy_norm_se),
      ];
    }),
    fixed(own[0].bits_per_weight, 2),
  ]);
  const items = tasks.map((task) => `${task}: ${rows.find((row) => row.task === task)!.items} items`);
  return `### ${experiment.title}

**${rows[0].model}**; ${items.join(", ")}. In percent, with standard errors over items.

${markdown([header, rule, ...body])}

- flip rate: items answered otherwise than by the checkpoint's own weights, whether rightly or not
- accuracy: the right answer has the highest likelihood; normalized: the highest per character
${besideThePaper(experiment, rows, published)}`;
}

function besideThePaper(
  { metric, paperTable }: ChoiceExperiment,
  rows: readonly ChoiceRow[],
  published: readonly PublishedRow[],
): string {
  if (published.length === 0) return "";
  const methods = Object.keys(METHOD_STYLES);
  const lines = published.map((cell) => {
    const row = rows.find(
      (candidate) =>
        cell.metric === `${candidate.task}_${metric}` &&
        cell.method === publishedId(candidate.method) &&
        cell.bits === String(candidate.bits),
    );
    const ours = row?.[metric];
    return [
      cell.bits,
      methodStyle(methods.find((id) => publishedId(id) === cell.method) ?? cell.method).label,
      cell.metric.replace(`_${metric}`, ""),
      ours === undefined ? "not run" : fixed(ours, 2),
      cell.printed,
      ours === undefined ? "" : fixed(ours - cell.value, 2),
      String(cell.line),
    ];
  });
  const header = ["bits", "method", "task", "ours", "paper", "points apart", "line"];
  const rule = header.map((title) => (title === "method" || title === "task" ? "---" : "---:"));
  return `
#### Beside the paper

Table ${paperTable}, ${METRIC_NAMES[metric]} in percent. Lines are those of published.csv.

${markdown([header, rule, ...lines])}
`;
}

function share(value: number, se: number | null): string {
  return se === null ? fixed(value, 2) : `${fixed(value, 2)} ± ${fixed(se, 2)}`;
}

function markdown(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

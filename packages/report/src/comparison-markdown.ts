import { methodStyle } from "./method-styles.ts";
import { type PaperComparison, paperComparisons } from "./paper-comparison.ts";
import { sourceNote } from "./text-notes.ts";
import { fixed } from "./tidy-table.ts";
import type { PublishedRow, ResultRow } from "./types.ts";

const PUBLISHED_METHODS: Readonly<Record<string, string>> = { "bnb-nf4": "nf4", "bnb-fp4": "fp4" };

/**
 * "Beside the paper": one line for every published number of the rows' models, with ours, the difference, and whether it is
 * within the tolerance of published.csv; empty where nothing is published.
 */
export function comparisonMarkdown(published: readonly PublishedRow[], rows: readonly ResultRow[]): string {
  if (published.length === 0) return "";
  const comparisons = paperComparisons(published, rows);
  const header = ["bits", "method", "model", "value", "ours", "paper", "difference", "tolerance", "verdict", "line"];
  const rule = header.map((title) => (["method", "model", "value", "verdict"].includes(title) ? "---" : "---:"));
  const table = [header, rule, ...comparisons.map(line)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const judged = comparisons.filter(({ verdict }) => verdict === "agrees" || verdict === "differs");
  const agreeing = judged.filter(({ verdict }) => verdict === "agrees").length;
  const summary = `${agreeing} of ${judged.length} measured numbers agree within tolerance.`;
  return `#### Beside the paper\n\n${sourceNote(published)}. ${summary} Lines are those of published.csv.\n\n${table}\n`;
}

function line({ published, ours, relative, verdict }: PaperComparison): string[] {
  const { bits, method, model, metric, unit, printed, tolerance, remark } = published;
  const named = verdict === "agrees" || remark === "" ? verdict : `${verdict}: ${remark}`;
  return [
    bits,
    methodStyle(PUBLISHED_METHODS[method] ?? method).label,
    model,
    metric === "memory" ? `memory, ${unit}` : metric.replace("_ppl", " perplexity"),
    ours === null ? "" : fixed(ours, 3),
    printed,
    relative === null ? "" : percent(relative),
    tolerance === null ? "" : `${Number((tolerance * 100).toFixed(3))} %`,
    named,
    String(published.line),
  ];
}

function percent(share: number): string {
  const text = (share * 100).toFixed(2);
  if (Number(text) === 0) return "0.00 %";
  return `${share > 0 ? "+" : ""}${text} %`;
}

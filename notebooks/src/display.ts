import { fileURLToPath } from "node:url";
import { renderChart } from "@sinqbench/report";

/** Absolute path of the repository that the notebooks belong to. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url));

/** What a cell shows, by media type, as a notebook file keeps it. */
export type Output = Readonly<Record<string, string>>;

type ChartSpec = Parameters<typeof renderChart>[0];

let shown: Output[][] = [];

/** Shows text, or a value as JSON, below the cell. */
export function display(value: unknown): void {
  show({ "text/plain": typeof value === "string" ? value : JSON.stringify(value, null, 2) });
}

/** Shows Markdown. */
export function markdown(text: string): void {
  show({ "text/markdown": text, "text/plain": text });
}

/** Shows rows of equal keys as a table; numbers stand right. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const rule = names.map((name) => (rows.every((row) => typeof row[name] === "number") ? "---:" : "---"));
  const lines = rows.map((row) => names.map((name) => String(row[name])));
  markdown([names, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
}

/** Shows a Vega-Lite chart, drawn without a browser. */
export async function chart(spec: ChartSpec, alternative: string): Promise<void> {
  const { svg } = await renderChart(spec);
  show({ "image/svg+xml": svg, "text/plain": alternative });
}

/** Everything shown from here on belongs to the next cell. The code that a notebook is extracted to calls it. */
export function beginCell(): void {
  shown.push([]);
}

/** What the cells have shown since this was last called, and nothing from before. */
export function takeOutputs(): Output[][] {
  const taken = shown;
  shown = [];
  return taken;
}

function show(output: Output): void {
  const cell = shown.at(-1);
  if (!cell) throw new Error("display was called outside a notebook; run it with: pnpm run notebooks");
  cell.push(output);
}

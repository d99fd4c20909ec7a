import { basename, join, resolve } from "node:path";
import { writeFileAtomic } from "@sinqbench/tensor";
import { noLosses } from "../messages.ts";
import { renderChart } from "../render-chart.ts";
import { lossChart } from "./loss-chart.ts";
import { readLossCsv } from "./loss-row.ts";

/**
 * Draws the `loss.csv` of a checkpoint's folder beside it: `loss-curve.vl.json`, `.svg` and `.png`, the same bytes for the same rows.
 *
 * @returns the paths written
 * @throws BenchError `unreadable-results`, `wrong-columns`, `damaged-results`, `no-losses`, or what writing a file throws
 */
export async function writeLossCurve(dir: string): Promise<string[]> {
  const path = join(dir, "loss.csv");
  const rows = await readLossCsv(path);
  if (rows.length === 0) throw noLosses(path);
  const { vlJson, svg, png } = await renderChart(lossChart(basename(resolve(dir)), rows));
  const files = [
    ["loss-curve.vl.json", vlJson],
    ["loss-curve.svg", svg],
    ["loss-curve.png", png],
  ] as const;
  const paths: string[] = [];
  for (const [name, bytes] of files) {
    const path = join(dir, name);
    await writeFileAtomic(path, bytes);
    paths.push(path);
  }
  return paths;
}

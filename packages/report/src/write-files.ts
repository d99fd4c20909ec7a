import { join } from "node:path";
import { writeFileAtomic } from "@sinqbench/tensor";
import { renderChart } from "./render-chart.ts";

/** What one model's results are made of: every part is there before the first file is written. */
export interface ResultFiles {
  readonly csv: string;
  /** Without the chart, which is appended under `title`. */
  readonly markdown: string;
  readonly chart: Parameters<typeof renderChart>[0];
  readonly title: string;
}

/**
 * Writes `<slug>.csv`, `.md`, `.vl.json`, `.svg` and `.png`, each whole; the same parts leave the same bytes.
 *
 * @param dir made if missing
 * @returns the paths written
 */
export async function writeResultFiles(
  dir: string,
  slug: string,
  { csv, markdown, chart, title }: ResultFiles,
): Promise<string[]> {
  const { vlJson, svg, png } = await renderChart(chart);
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [`${slug}.csv`, csv],
    [`${slug}.md`, `${markdown}\n![${title}](${slug}.svg)\n`],
    [`${slug}.vl.json`, vlJson],
    [`${slug}.svg`, svg],
    [`${slug}.png`, png],
  ];
  const paths: string[] = [];
  for (const [name, bytes] of files) {
    const path = join(dir, name);
    await writeFileAtomic(path, bytes);
    paths.push(path);
  }
  return paths;
}

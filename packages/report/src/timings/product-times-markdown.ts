import { fixed } from "../tidy-table.ts";
import type { PublishedRow } from "../types.ts";
import type { ProductTimeRow } from "./product-time-row.ts";
import { publishedProduct } from "./published-product.ts";
import type { ProductTimeExperiment } from "./timing-experiment.ts";

/** What the second scale costs in every product, and what the paper says of it. */
export function productTimesMarkdown(
  experiment: ProductTimeExperiment,
  rows: readonly ProductTimeRow[],
  published: readonly PublishedRow[],
): string {
  const header = [
    ...["matrix", "rows of inputs", "without, ms", "with, ms", "overhead, %", "95 % of", "GB/s", "of a copy"],
    ...["paper: without, ms", "with, ms", "overhead, %", "line"],
  ];
  const body = rows.map((row) => {
    const paper = publishedProduct(published, row);
    return [
      `${row.width} x ${row.width}`,
      String(row.tokens),
      row.plain_ms.toPrecision(4),
      row.scaled_ms.toPrecision(4),
      fixed(row.overhead_percent, 2),
      `${fixed(row.overhead_low, 2)} to ${fixed(row.overhead_high, 2)}`,
      row.gigabytes_per_second.toPrecision(3),
      `${fixed(100 * row.share_of_copy, 0)} %`,
      paper.plain?.printed ?? "",
      paper.scaled?.printed ?? "",
      paper.overhead?.printed ?? "",
      paper.overhead ? String(paper.overhead.line) : "",
    ];
  });
  const table = [header, header.map(() => "---:"), ...body];
  const [{ processor, threads, kernels, bits, pairs, group_size: group }] = rows;
  return `### ${experiment.title}

${bits}-bit codes in groups of ${group}, float32 scales and zeros. ${processor}, threads: ${threads}; ${kernels}.
Medians of ${pairs} products without and with the second scale, in turns; matrices come from memory, not from caches.

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

- overhead: time with the second scale over that without of each pair, median; the interval holds the true median in 95 of 100 cases.
- GB/s: codes, scales, zeros, inputs and outputs over the time; a copy: what copying reads and writes with the same threads.
- paper: table ${experiment.paperTable}, gemlite's kernel on one GPU and one more kernel for the scale. Another machine: only the
  overhead compares.
`;
}

import { join } from "node:path";
import { copyRate, timeProducts } from "@sinqbench/kernels";
import {
  type ProductTimeExperiment,
  type ProductTimeRow,
  pairedOverhead,
  publishedRows,
  writeProductTimes,
} from "@sinqbench/report";
import { median } from "@sinqbench/tensor";
import type { Table5Flags } from "../commands/timings.ts";
import { openKernels } from "../kernels-in-use.ts";
import { processorName } from "../processor-name.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";

/** Multiplications in one product beyond which the reference kernels would take minutes for the table. */
const REFERENCE_LIMIT = 2 ** 21;
/** Pairs of the reference kernels, whose noise is not that of a memory. */
const REFERENCE_PAIRS = 7;

/** `exp table5`: what the second scale costs in a product. */
export async function runTable5(session: Session, record: ProductTimeExperiment, flags: Table5Flags): Promise<void> {
  const { threads, widths, rows: inputs } = flags;
  const { groupSize: group } = record;
  const kernels = openKernels(session, threads);
  const slow = kernels.id === "reference";
  const pairs = slow ? Math.min(flags.pairs, REFERENCE_PAIRS) : flags.pairs;
  const rate = copyRate(kernels, threads);
  const rows: ProductTimeRow[] = [];
  for (const width of widths) {
    for (const tokens of inputs) {
      await session.breathe();
      if (slow && width ** 2 * tokens > REFERENCE_LIMIT) {
        session.note(`${size({ width, tokens })}: left out, the reference kernels would take minutes`);
        continue;
      }
      const { plain, scaled, bytes } = timeProducts(kernels, { width, tokens, group, pairs });
      const overhead = pairedOverhead(plain, scaled);
      const perSecond = bytes / median(plain);
      rows.push({
        ...{ width, tokens, bits: 4, group_size: group },
        ...{ processor: processorName(), threads, kernels: kernels.description, pairs },
        plain_ms: 1e3 * median(plain),
        scaled_ms: 1e3 * median(scaled),
        overhead_percent: 100 * overhead.median,
        overhead_low: 100 * overhead.low,
        overhead_high: 100 * overhead.high,
        gigabytes_per_second: perSecond / 1e9,
        share_of_copy: perSecond / rate,
      });
      session.print(productLine(rows[rows.length - 1]));
    }
  }
  const out = join(flags.out === undefined ? RESULTS : session.path(flags.out), record.id);
  const files = await writeProductTimes(out, record, rows, publishedRows({ table: record.paperTable }));
  session.kept = `${files.map((file) => session.shown(file)).join(", ")} are complete`;
  for (const file of files) session.note(`wrote ${session.shown(file)}`);
}

function productLine(row: ProductTimeRow): string {
  const { plain_ms, scaled_ms, overhead_percent, overhead_low, overhead_high } = row;
  const interval = `${overhead_low.toFixed(2)} to ${overhead_high.toFixed(2)}`;
  return (
    `${size(row)}: ${plain_ms.toPrecision(4)} ms, ` +
    `${scaled_ms.toPrecision(4)} ms with the second scale: ${overhead_percent.toFixed(2)} % (${interval})`
  );
}

function size({ width, tokens }: Pick<ProductTimeRow, "width" | "tokens">): string {
  return `${width} x ${width}, ${tokens} ${tokens === 1 ? "row" : "rows"} of inputs`;
}

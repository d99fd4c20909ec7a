import { fixed } from "../tidy-table.ts";
import type { PublishedRow } from "../types.ts";
import type { QuantizationTimeRow } from "./quantization-time-row.ts";
import { averageFactor, publishedSeconds, type TimedLine, timedLines } from "./timed-lines.ts";
import type { QuantizationTimeExperiment } from "./timing-experiment.ts";

/** One model's times, and the published ones beside them. */
export function quantizationTimesMarkdown(
  experiment: QuantizationTimeExperiment,
  rows: readonly QuantizationTimeRow[],
  published: readonly PublishedRow[],
): string {
  const lines = timedLines(experiment, rows);
  const theirs = lines.some(({ row }) => publishedSeconds(published, row) !== null);
  const header = [
    ...["bits", "method", "seconds", "calibration, s", "statistics, s", "M weights/s", "times RTN", "with calibration"],
    ...["paper: times RTN", ...(theirs ? ["paper: seconds", "line"] : [])],
  ];
  const body = lines.map(({ label, row }) => [
    String(row.bits),
    label,
    spread(row.seconds, row.seconds_std),
    row.calibration === null ? "" : significant(row.calibration_seconds),
    row.calibration === null ? "" : significant(row.statistics_seconds),
    significant(row.weights_per_second / 1e6),
    factor(row.times_rtn),
    factor(row.times_rtn_calibrated),
    averageFactor(published, row)?.printed ?? "",
    ...(theirs ? theirCells(published, row) : []),
  ]);
  const table = [header, header.map((title) => (title === "method" ? "---" : "---:")), ...body];
  const [{ model, weights, processor, kernels, threads, repeats, group_size: group }] = rows;
  const learnt = rows.find((row) => row.calibration !== null)?.calibration;
  return `### ${experiment.title}

**${model}**: ${weights.toLocaleString("en-US")} weights of linear layers, group size ${group}. ${processor}, threads: ${threads}; ${kernels}.
${repeats === 1 ? "A single run." : `Means of ${repeats} runs with standard deviations.`}${learnt ? ` Calibrated on ${learnt}.` : ""}

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

- seconds: inside the method and, where it has one, its step over a block; a weight is in memory as float32 before and its codes after.
  Reading the checkpoint and decoding are not counted.
- calibration: forward passes of the calibration windows. Statistics: what is summed of the layers' inputs between them.
- times RTN: seconds over those of RTN. With calibration: calibration and statistics counted too.
- paper: table ${experiment.paperTable}, on one GPU, times RTN averaged over its five models. Another machine and other
  implementations: only the factor compares, and not closely.
${refuted(lines, published)}`;
}

/** Where ours and the published factors put two methods in another order. */
function refuted(lines: readonly TimedLine[], published: readonly PublishedRow[]): string {
  const known = lines.flatMap(({ label, row }) => {
    const theirs = averageFactor(published, row)?.value;
    return theirs !== undefined && row.times_rtn_calibrated !== null
      ? [{ label, ours: row.times_rtn_calibrated, theirs }]
      : [];
  });
  const swapped = known.flatMap((a) =>
    known.flatMap((b) => (a.theirs < b.theirs && a.ours > b.ours ? [`${a.label} before ${b.label}`] : [])),
  );
  if (known.length < 2) return "";
  return swapped.length === 0
    ? "- The order of the methods, fastest first, is the paper's, calibration counted.\n"
    : `- The paper's order, fastest first, has ${swapped.join(", ")}; here it is the other way round, calibration counted.\n`;
}

function theirCells(published: readonly PublishedRow[], row: QuantizationTimeRow): string[] {
  const theirs = publishedSeconds(published, row);
  if (!theirs) return ["", ""];
  const { value, std } = theirs;
  return [std ? `${value.printed} ± ${std.printed}` : value.printed, String(value.line)];
}

function spread(value: number, std: number | null): string {
  return std === null ? significant(value) : `${significant(value)} ± ${std.toPrecision(2)}`;
}

function factor(value: number | null): string {
  return value === null ? "" : fixed(value, 2);
}

function significant(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

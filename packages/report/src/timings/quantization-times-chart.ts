import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct } from "../table-lines.ts";
import type { PublishedRow } from "../types.ts";
import type { QuantizationTimeRow } from "./quantization-time-row.ts";
import { averageFactor, timedLines } from "./timed-lines.ts";
import type { QuantizationTimeExperiment } from "./timing-experiment.ts";

const LINE = 30;
const PANEL = 330;
const ERRORS = 1;

/** Seconds of every method, and how many times those of RTN, with and without calibration; the paper's average beside. */
export function quantizationTimesChart(
  experiment: QuantizationTimeExperiment,
  rows: readonly QuantizationTimeRow[],
  published: readonly PublishedRow[],
): TopLevelSpec {
  const lines = timedLines(experiment, rows);
  const several = distinct(rows.map((row) => row.bits)).length > 1;
  const values = lines.map(({ label, row }) => {
    const calibrated = row.seconds + row.calibration_seconds + row.statistics_seconds;
    const std = ERRORS * (row.seconds_std ?? 0);
    return {
      line: several ? `${label}, ${row.bits} bits` : label,
      seconds: round(row.seconds),
      low: round(Math.max(row.seconds - std, row.seconds / 10)),
      high: round(row.seconds + std),
      calibrated: row.calibration === null ? null : round(calibrated),
      words: row.calibration === null ? inWords(row.seconds) : `${inWords(row.seconds)} (${inWords(calibrated)})`,
      wordsAt: round(row.calibration === null ? row.seconds + std : calibrated),
      factor: row.times_rtn === null ? null : round(row.times_rtn),
      factorCalibrated:
        row.calibration === null || row.times_rtn_calibrated === null ? null : round(row.times_rtn_calibrated),
      paper: averageFactor(published, row)?.value ?? null,
    };
  });
  const y = (labels: boolean) => ({
    field: "line",
    type: "nominal",
    scale: { domain: values.map(({ line }) => line) },
    title: null,
    axis: { grid: false, labels, labelLimit: 0 },
  });
  const color = {
    field: "line",
    type: "nominal",
    legend: null,
    scale: {
      domain: values.map(({ line }) => line),
      range: lines.map(({ row }) => methodStyle(row.method).color),
    },
  };
  const x = (title: string, ends: readonly number[], right: number) => {
    const domain = [Math.min(...ends) / 1.3, Math.max(...ends) * right].map(round);
    return {
      type: "quantitative",
      title,
      scale: { type: "log", domain, nice: false },
      axis: { values: logTicks(domain[0], domain[1]), format: "~r" },
    };
  };
  const present = (of: readonly (number | null)[]) => of.filter((value) => value !== null);
  const seconds = x(
    "seconds, log scale",
    values.flatMap((v) => present([v.low, v.high, v.calibrated])),
    6,
  );
  const factors = x(
    "times RTN, log scale",
    values.flatMap((v) => present([v.factor, v.factorCalibrated, v.paper])),
    1.4,
  );
  const shape = (field: string, axis: object, mark: object, labels: boolean) => ({
    transform: [{ filter: `datum.${field} !== null` }],
    mark: { type: "point", opacity: 1, ...mark },
    encoding: { y: y(labels), x: { ...axis, field }, color },
  });
  const dot = { filled: true, size: 80 };
  const ring = { filled: false, size: 110, strokeWidth: 2 };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `${experiment.title}: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: subtitle(rows),
      fontSize: 16,
      offset: 12,
    },
    data: { values },
    hconcat: [
      {
        width: PANEL,
        height: { step: LINE },
        layer: [
          {
            mark: { type: "rule", strokeWidth: 2 },
            encoding: { y: y(true), x: { ...seconds, field: "low" }, x2: { field: "high" }, color },
          },
          shape("seconds", seconds, dot, true),
          shape("calibrated", seconds, ring, true),
          {
            mark: { type: "text", align: "left", dx: 11 },
            encoding: { y: y(true), x: { ...seconds, field: "wordsAt" }, text: { field: "words", type: "nominal" } },
          },
        ],
      },
      {
        width: PANEL,
        height: { step: LINE },
        layer: [
          shape("factor", factors, dot, false),
          shape("factorCalibrated", factors, ring, false),
          shape("paper", factors, { shape: "diamond", filled: false, size: 190, strokeWidth: 1.4 }, false),
        ],
      },
    ],
    config: CHART_THEME,
  } as unknown as TopLevelSpec;
}

function subtitle(rows: readonly QuantizationTimeRow[]): string[] {
  const [{ processor, threads, repeats }] = rows;
  return [
    `Dots: inside the method${repeats > 1 ? `, mean of ${repeats} runs; lines: one standard deviation` : ", a single run"}`,
    "Rings, and in brackets: with calibration passes and statistics; reading is not counted",
    "Diamonds: the paper's average over its models, on one GPU",
    `${processor}, threads: ${threads}`,
  ];
}

/** Powers of ten, or where there are few of them 1, 2 and 5. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 25 }, (_, k) => 10 ** (k - 12));
  const within = (steps: readonly number[]) =>
    powers
      .flatMap((power) => steps.map((step) => Number((step * power).toPrecision(1))))
      .filter((v) => v >= low && v <= high);
  const whole = within([1]);
  return whole.length > 2 ? whole : within([1, 2, 5]);
}

/** As many digits as a drawing shows. */
function round(value: number): number {
  return Number(value.toPrecision(5));
}

function inWords(seconds: number): string {
  return seconds < 1
    ? `${(seconds * 1000).toPrecision(3)} ms`
    : `${seconds >= 1000 ? seconds.toFixed(0) : seconds.toPrecision(3)} s`;
}

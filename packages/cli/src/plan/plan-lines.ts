import type { EvaluationPlan } from "@sinqbench/evaluate";
import { duration } from "../terminal/duration.ts";
import { measure, quantity } from "../terminal/quantity.ts";
import type { PlannedModel } from "./find-model.ts";
import type { MachineRates } from "./machine-rates.ts";
import type { PlannedWindows, Windows } from "./planned-windows.ts";

/** Share of the matrix-product rate at which an evaluation runs, reading included. */
const SHARE_OF_GEMM = 0.8;

export interface PlanOfModel {
  readonly model: PlannedModel;
  readonly windows: PlannedWindows;
  readonly variants: number;
  /** Some variants search for their scales on a text, which no rate is known for. */
  readonly calibrated: boolean;
  readonly plan: EvaluationPlan;
  readonly rates: MachineRates;
  readonly threads: number;
  readonly freeMemory: number;
  /** Folder of hidden states and what its disk has free; undefined where no system says. */
  readonly work: { readonly folder: string; readonly free: number | undefined };
}

/** What an evaluation of a model takes here, for people: a heading and one line a thing, `->` where something is too small. */
export function planLines(about: PlanOfModel): string[] {
  const { model, windows, variants, calibrated, plan, rates, threads, freeMemory, work } = about;
  const { downloadBytes } = model;
  const seconds = plan.flops / (SHARE_OF_GEMM * rates.gemm);
  const quantizing = rates.quantizing * plan.linearWeights;
  const lines: [string, string][] = [
    ["windows", [...windows.sets, ...(windows.calibration ? [windows.calibration] : [])].map(windowsText).join(", ")],
    ["download", downloadBytes > 0 ? `${measure(downloadBytes, "B")} to download` : "nothing, it is here"],
    ["read", `${measure(model.storedBytes ?? plan.readBytes, "B")} of weights, once for all variants`],
    [
      "arithmetic",
      `${measure(plan.flops, "FLOP")}, ${hours(seconds)} at this machine's ${measure(rates.gemm, "FLOP/s")} with ${threads} threads`,
    ],
    [
      "quantizing",
      `${quantity(plan.linearWeights)} weights a variant, ${hours(quantizing)}${calibrated ? " and the calibrated methods' searches" : ""}`,
    ],
    [
      "memory",
      `about ${measure(plan.peakBytes, "B")} at most${tooSmall(plan.peakBytes, freeMemory, "use a machine with more")}`,
    ],
    [
      "disk",
      `${measure(plan.diskBytes, "B")} of hidden states in ${work.folder}` +
        tooSmall(plan.diskBytes, work.free, "set SINQBENCH_CACHE to a folder on a larger disk"),
    ],
    ...expertLines(plan),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const heading = `${model.name}: ${quantity(plan.parameters)} parameters, ${variants} variants`;
  return [heading, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)];
}

function expertLines({ experts }: EvaluationPlan): [string, string][] {
  if (!experts) return [];
  const { expertMajor, windowMajor, windowsPerBatch } = experts;
  const [less, more] = [Math.min(expertMajor, windowMajor), Math.max(expertMajor, windowMajor)];
  const factor = (more / less).toFixed(1);
  const verdict =
    less === expertMajor
      ? `the evaluator goes by experts, which moves ${factor} times less`
      : `the evaluator goes by experts all the same; by windows ${factor} times less would move`;
  return [
    [
      "experts",
      `${measure(expertMajor, "B")} moved expert by expert, ${measure(windowMajor, "B")} by ${windowsPerBatch} windows at a time; ${verdict}`,
    ],
  ];
}

function windowsText({ name, count, length }: Windows): string {
  return `${count} x ${length} tokens of ${name}`;
}

function tooSmall(needed: number, free: number | undefined, advice: string): string {
  if (free === undefined) return "";
  const found = `, ${measure(free, "B")} free`;
  return needed > free ? `${found} -> too little, ${advice}` : found;
}

function hours(seconds: number): string {
  if (seconds < 3600) return `about ${duration(seconds)}`;
  const value = seconds / 3600;
  return value < 100 ? `about ${value.toFixed(1)} hours` : `about ${quantity(value)} hours`;
}

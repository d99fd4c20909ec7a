import type { EvaluationInput } from "@sinqbench/datasets";
import type { Device, Variant, VariantResult } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { modelTensors } from "@sinqbench/models";
import type { Cell } from "@sinqbench/store";
import { computeCells } from "./cells/compute-cells.ts";
import { type FoundCells, ModelCells } from "./cells/model-cells.ts";
import { sayHalvedGroups } from "./halved-groups.ts";
import type { ModelFolder } from "./model-folder.ts";
import { storedBits } from "./rows.ts";
import type { Session } from "./session.ts";
import { sayUnreachedExperts } from "./unreached-experts.ts";

export interface Evaluation {
  readonly model: ModelFolder;
  readonly variants: readonly Variant[];
  readonly inputs: readonly EvaluationInput[];
  /** What calibrated variants learn from. */
  readonly calibration?: EvaluationInput | undefined;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly device: Device;
  /** Compute what the store of results has, too. */
  readonly fresh: boolean;
  /** Called as the cells that are missing are computed. */
  readonly onState?: (state: EvaluationState) => void;
}

/** How far the computation of the missing cells is. */
export interface EvaluationState {
  /** By variant, then by text; null for what is being computed. */
  readonly found: FoundCells;
  /** Floating-point operations done and in all; 0 of 0 before the first is known. */
  readonly done: number;
  readonly total: number;
  readonly note?: string;
}

export interface EvaluatedModel {
  readonly results: VariantResult[];
  /** Key of each cell in the store, by variant, then by text. */
  readonly cells: readonly (readonly string[])[];
}

type Numbers = Omit<VariantResult, "variant" | "nll">;

/** Every variant on every text: from the store of results, and what is missing in one pass over the checkpoint. */
export async function evaluateModel(session: Session, evaluation: Evaluation): Promise<EvaluatedModel> {
  const { model, variants, inputs, calibration, fresh } = evaluation;
  const windows = inputs.map(({ name, windows: { count, length } }) => `${count} x ${length} tokens of ${name}`);
  session.note(`${model.name}: ${variants.map(({ id }) => id).join(", ")}; ${windows.join(", ")}`);
  if (calibration) {
    const { count, length } = calibration.windows;
    session.note(`calibration on ${count} x ${length} tokens of ${calibration.name} (${calibration.protocol})`);
  }
  const linear = modelTensors(model.config).filter(({ kind }) => kind === "linear");
  for (const groupSize of new Set(variants.map(({ config }) => config?.groupSize))) {
    if (groupSize !== undefined) sayHalvedGroups(session, model.dir, linear, groupSize);
  }
  const cells = await ModelCells.open(session, evaluation);
  const found = fresh ? variants.map(() => inputs.map(() => null)) : await cells.read();
  await session.breathe();
  const all = found.flat();
  const stored = all.filter((cell) => cell !== null).length;
  if (stored > 0) session.note(`${stored} of ${all.length} cells from the store; --fresh computes them again`);
  const complete = stored < all.length ? await computeCells(session, evaluation, cells, found) : found;
  const results = variants.map((variant, v) => {
    const row = complete[v] as readonly Cell[];
    return { variant, nll: row.map(({ nll }) => nll), ...(row[0].numbers as Numbers) };
  });
  const bits = results.filter(({ variant }) => !variant.quantizer).map(storedBits)[0];
  if (bits !== undefined) {
    session.note(`bf16 stands for ${model.name} as it is stored: packed, ${bits.toFixed(4)} bits per quantized weight`);
  }
  sayUnreachedExperts(session, model.name, results);
  return { results, cells: cells.keys() };
}

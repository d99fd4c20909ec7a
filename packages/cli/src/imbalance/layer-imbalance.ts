import type { Kernels, SinkhornOptions } from "@sinqbench/kernels";
import type { BlockTensor } from "@sinqbench/models";
import { effectiveGroup, imbalanceByIteration } from "@sinqbench/quantizer";
import type { ImbalanceRow } from "@sinqbench/report";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import type { ImbalanceFlags } from "../commands/imbalance.ts";
import { inTensor } from "../messages.ts";
import type { Session } from "../session.ts";
import { chosenMethod } from "../variants.ts";

const PRESETS = ["paper", "algorithm-1"] as const;

/** Rows of one linear layer: every number of iterations of both presets. */
export async function* layerImbalance(
  session: Session,
  source: TensorSource,
  { name, shape, layer }: BlockTensor & { readonly layer: number },
  { groupSize, tiling }: Pick<ImbalanceFlags, "groupSize" | "tiling">,
  kernels: Kernels,
): AsyncGenerator<Omit<ImbalanceRow, "model">> {
  const [rows, cols] = shape;
  const weight = { rows, cols, data: await source.readFloat32(name) };
  const { group } = effectiveGroup(cols, groupSize);
  for (const preset of PRESETS) {
    await session.breathe();
    const { iterations, stepMin, stepMax, earlyStop } = chosenMethod("sinq").quantizer.presets![preset]
      .options as SinkhornOptions;
    const tile = { tileRows: tiling === "1d" ? rows : group, tileCols: group };
    try {
      const steps = imbalanceByIteration(weight, { iterations, stepMin, stepMax, earlyStop, ...tile }, kernels);
      for (const { iterations, matrix, tileMedian } of steps) {
        yield {
          layer,
          type: layerType(name),
          tensor: name,
          rows,
          cols,
          tiling,
          tile_cols: group,
          preset,
          iterations,
          matrix_imbalance: matrix,
          tile_imbalance: tileMedian,
        };
      }
    } catch (error) {
      throw error instanceof BenchError ? inTensor(source.path, name, error) : error;
    }
  }
}

/** "model.layers.3.self_attn.q_proj.weight" is "q", "model.layers.3.mlp.experts.17.up_proj.weight" is "expert up". */
export function layerType(tensor: string): string {
  const parts = tensor.split(".");
  const own = (parts.at(-2) ?? tensor).replace(/_proj(_with_mqa)?$/, "");
  if (parts.includes("shared_experts")) return `shared ${own}`;
  return parts.includes("experts") ? `expert ${own}` : own;
}

import { strict as assert } from "node:assert";
import type { Kernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { applyScales } from "../block/apply-scales.ts";
import type { BlockScales } from "../block/block-step.ts";
import { activationStatistics } from "../statistics/activation-statistics.ts";
import type { LayerStatistics, Quantizer } from "../types.ts";
import { blockForward, type SeenInputs } from "./block-forward.ts";
import type { ConformanceCheck } from "./check.ts";
import { type BlockKind, blockKinds, HIDDEN, madeUpBlock, type Tensors, viewsOf } from "./made-up-block.ts";

const TOKENS = 24;
const config = { bits: 4, groupSize: 32, tiling: "1d", aux: "f16" } as const;

/** A block step leaves what a block computes as it is, and does something. */
export function blockChecks(quantizer: Quantizer, kernels: Kernels, others: readonly Kernels[]): ConformanceCheck[] {
  const { blockStep } = quantizer;
  if (!blockStep) return [];
  const scalesOf = (tensors: Tensors, kernels: Kernels) =>
    blockStep({ tensors: viewsOf(tensors) }, config, { kernels, ...statisticsOf(quantizer, tensors) });
  return blockKinds.flatMap((kind: BlockKind): ConformanceCheck[] => [
    {
      name: `block step: ${kind} computes what it did`,
      async run() {
        const tensors = madeUpBlock(kind);
        const before = blockForward(tensors, madeUpTokens());
        const scales = await scalesOf(tensors, kernels);
        const after = blockForward(scaled(tensors, scales), madeUpTokens());
        const largest = Math.max(...before.map((row) => Math.max(...row.map(Math.abs))));
        before.forEach((row, t) => {
          row.forEach((value, j) => {
            const error = Math.abs(after[t][j] - value) / largest;
            assert.ok(error < 1e-5, `token ${t}, output ${j}: ${after[t][j]} where it was ${value}`);
          });
        });
        for (const name of ["input_layernorm.weight", "post_attention_layernorm.weight"]) {
          const rows = scales.get(name)?.rows;
          if (tensors.has(name))
            assert.ok(
              rows?.some((value) => Math.abs(value - 1) > 0.1),
              `${name} is as it was`,
            );
        }
      },
    },
    {
      name: `block step: the same scales of ${kind} from every implementation`,
      async run() {
        const tensors = madeUpBlock(kind);
        const scales = await scalesOf(tensors, kernels);
        for (const other of [kernels, ...others]) assert.deepEqual(await scalesOf(tensors, other), scales);
      },
    },
  ]);
}

function madeUpTokens() {
  const random = seededRandom(12);
  return Array.from({ length: TOKENS }, () => Float64Array.from({ length: HIDDEN }, () => random.normal()));
}

function scaled(tensors: Tensors, scales: BlockScales): Tensors {
  return new Map(
    Array.from(tensors, ([name, { shape, data }]) => {
      const copy = data.slice();
      applyScales(copy, scales.get(name) ?? {});
      return [name, { shape, data: copy }];
    }),
  );
}

/** Statistics of what the block's linear layers get; the router's too. */
function statisticsOf({ needs }: Quantizer, tensors: Tensors): { statistics?: ReadonlyMap<string, LayerStatistics> } {
  if (!needs) return {};
  const seen: SeenInputs = new Map();
  blockForward(tensors, madeUpTokens(), seen);
  return {
    statistics: new Map(
      Array.from(seen, ([name, rows]) => {
        const cols = rows[0]!.length;
        const data = Float32Array.from(rows.flatMap((row) => [...row]));
        return [name, activationStatistics({ rows: rows.length, cols, data }, needs)];
      }),
    ),
  };
}

import {
  blocksFlops,
  denseTensors,
  expertTensors,
  hasExperts,
  headFlops,
  type ModelConfig,
  type ModelTensor,
  modelTensors,
} from "@sinqbench/models";
import { type Batch, planBatches } from "../batches.ts";
import { calibrationFlops, planCalibration, sumsProducts } from "../calibration-plan.ts";
import { HEAD_ROWS } from "../run-head.ts";
import type { Variant, WindowSet } from "../types.ts";
import { type ExpertOrders, expertOrders } from "./expert-order.ts";

/** An evaluation to be planned. */
export interface PlanRequest {
  readonly config: ModelConfig;
  readonly variants: readonly Variant[];
  /** Windows to score, by number and length. */
  readonly sets: readonly Pick<WindowSet, "count" | "length">[];
  /** Windows to calibrate with, where a variant needs them. */
  readonly calibration?: Pick<WindowSet, "count" | "length"> | undefined;
  /** Memory that an evaluation may fill. */
  readonly freeMemory: number;
}

/** What an evaluation takes, before anything of it runs. */
export interface EvaluationPlan {
  readonly parameters: number;
  /** Bytes of the weights, which are read once for all variants. */
  readonly readBytes: number;
  /** Floating-point operations of blocks, calibration and head. */
  readonly flops: number;
  /** Weights of the linear layers, which each variant but bf16 quantizes. */
  readonly linearWeights: number;
  /** Disk for hidden states, of which an interrupted run keeps the greater part. */
  readonly diskBytes: number;
  /** Resident memory at most, about. */
  readonly peakBytes: number;
  readonly experts: ExpertOrders | null;
}

const FLOAT_BYTES = 4;
/** Of a process with the runtime loaded, before any model. */
const BASE_BYTES = 400e6;
/** Queries whose scores are in memory at a time. */
const QUERIES_AT_A_TIME = 256;

/** @throws BenchError `missing-calibration` */
export function planEvaluation(request: PlanRequest): EvaluationPlan {
  const { config, variants, sets, freeMemory } = request;
  const named = (set: Pick<WindowSet, "count" | "length">): WindowSet => ({ ...set, name: "", ids: new Int32Array(0) });
  const calibration = request.calibration && named(request.calibration);
  const chains = planCalibration({ variants, ...(calibration && { calibration }) });
  const batches = planBatches(sets.map(named));
  const calibrationBatches = planBatches(chains.length > 0 ? [calibration!] : []);
  const tensors = modelTensors(config);
  const bytesPerWeight = config.scaledBlock ? 1 : 2;
  const state = (of: readonly Batch[]) =>
    of.reduce((sum, { tokens }) => sum + tokens, 0) * config.hiddenSize * FLOAT_BYTES;
  const routed = config.experts?.blocks.includes(true) ?? false;
  const experts = expertOrders({ config, variants, sets, bytesPerWeight, batchBytes: freeMemory / 2 });
  return {
    parameters: tensors.reduce((sum, tensor) => sum + weightsOf(tensor), 0),
    readBytes: tensors.reduce(
      (sum, tensor) => sum + weightsOf(tensor) * (tensor.kind === "linear" ? bytesPerWeight : 2),
      0,
    ),
    flops:
      variants.length *
        batches.reduce(
          (sum, { windows, length }) => sum + windows * (blocksFlops(config, length) + headFlops(config, length)),
          0,
        ) +
      calibrationFlops(config, chains, calibrationBatches),
    linearWeights: tensors.reduce((sum, tensor) => sum + (tensor.kind === "linear" ? weightsOf(tensor) : 0), 0),
    // Each chain has a file, and a spare one goes round; with experts all chains of a block move at once, and have MLP inputs.
    diskBytes:
      state(batches) * (routed ? 3 * variants.length : variants.length + 1) +
      state(calibrationBatches) * (chains.length === 0 ? 0 : routed ? 4 * chains.length : chains.length + 2),
    // The runtime keeps what it has allocated for the blocks when the head's turn comes.
    peakBytes: BASE_BYTES + blockBytes(config, batches, bytesPerWeight) + headBytes(config, batches) + momentBytes(),
    experts,
  };

  function momentBytes(): number {
    const widest = Math.max(...denseTensors(config, 0).map(({ shape }) => shape[1] ?? 0));
    // Sums in float64, a product, the mean, and the inverse factor that a method makes of it.
    return chains.filter(sumsProducts).length > 0 ? widest * widest * (8 + 4 + 4 + 8) : 0;
  }
}

/** A part of a block as stored and in float32 for one variant, and one batch on its way through it. */
function blockBytes(config: ModelConfig, batches: readonly Batch[], bytesPerWeight: number): number {
  let part = 0;
  for (let index = 0; index < config.layers; index++) {
    const dense = denseTensors(config, index).reduce((sum, tensor) => sum + weightsOf(tensor), 0);
    const expert = hasExperts(config, index)
      ? expertTensors(config, index, 0).reduce((sum, tensor) => sum + weightsOf(tensor), 0)
      : 0;
    part = Math.max(part, dense, expert);
  }
  const { hiddenSize, heads, keyValueHeads, headDim, valueDim, intermediateSize } = config;
  const tokens = Math.max(0, ...batches.map((batch) => batch.tokens));
  const length = Math.max(0, ...batches.map((batch) => batch.length));
  const attention = heads * (headDim + valueDim) + keyValueHeads * (headDim + valueDim);
  const widths = 4 * hiddenSize + Math.max(attention, 3 * intermediateSize);
  // Latent attention goes through a few heads at a time.
  const scores = config.latent ? 0 : heads * length * Math.min(length, QUERIES_AT_A_TIME);
  return part * (bytesPerWeight + FLOAT_BYTES) + FLOAT_BYTES * (tokens * widths + scores);
}

/** A slice of lm_head as read and converted, and logits with what softmax makes of them. */
function headBytes({ hiddenSize, vocabSize }: ModelConfig, batches: readonly Batch[]): number {
  const rows = Math.min(HEAD_ROWS, vocabSize);
  const tokens = Math.max(0, ...batches.map((batch) => batch.tokens));
  return FLOAT_BYTES * (1.5 * rows * hiddenSize + 3 * tokens * rows + 2 * tokens * hiddenSize);
}

function weightsOf({ shape }: ModelTensor): number {
  return shape.reduce((product, size) => product * size, 1);
}

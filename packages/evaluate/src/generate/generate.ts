import type { Kernels } from "@sinqbench/kernels";
import { type ModelConfig, modelTensors, outerTensors, readModelConfig } from "@sinqbench/models";
import type { TensorSource } from "@sinqbench/tensor";
import { planBatches } from "../batches.ts";
import { checkSets } from "../check-sets.ts";
import { type Evaluation, FlopMeter } from "../evaluation.ts";
import { GraphRuntime } from "../graph-runtime.ts";
import { openWeights } from "../open-weights.ts";
import { checkTensors, readWeights } from "../read-weights.ts";
import { passingState } from "../resume/passing-state.ts";
import { runBlocks } from "../run-blocks.ts";
import { HEAD_ROWS } from "../run-head.ts";
import { Scratch } from "../scratch.ts";
import type { Variant } from "../types.ts";

/** What a text goes on from, and how far. */
export interface GenerateOptions {
  /** Folder of a Hugging Face checkpoint, packed ones included. */
  readonly modelDir: string;
  /** At least one token id. */
  readonly prompt: Int32Array;
  /** Tokens to add at most; with the prompt at most the model's positions. */
  readonly tokens: number;
  /** Picks the next token from the logits [vocabulary]. */
  readonly choose: (logits: Float32Array) => number;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly signal?: AbortSignal;
}

const OWN_WEIGHTS: Variant = { id: "bf16", quantizer: null, config: null };

/**
 * Continues a prompt token by token. Every token takes the whole window through the blocks again, with the evaluator's own
 * graphs: what follows a position cannot reach it, so that a window of fixed length serves all steps, for every
 * architecture. That is work in proportion to the window for each token: right for a look at a small model, not for serving.
 *
 * @throws BenchError for a damaged checkpoint, or a prompt that does not fit; `signal` aborts between runs
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<number, void, undefined> {
  const { modelDir, prompt, tokens, choose, kernels, threads } = options;
  const config = await readModelConfig(modelDir);
  const ids = new Int32Array(prompt.length + tokens);
  ids.set(prompt);
  const sets = [{ name: "prompt", length: ids.length, count: 1, ids }];
  checkSets(modelDir, config, sets);
  const checkpoint = await openWeights(modelDir, config, kernels);
  try {
    checkTensors(checkpoint, modelTensors(config));
    const runtime = GraphRuntime.start({ threads });
    try {
      const batches = planBatches(sets);
      const shared = {
        options: { modelDir, variants: [OWN_WEIGHTS], sets, kernels, threads, ...signalOf(options) },
        config,
        checkpoint,
        runtime,
        scratch: new Scratch(),
      };
      for (let length = prompt.length; length < ids.length; length++) {
        const states = await lastBlockOutput(shared, sets, batches);
        const row = states.subarray((length - 1) * config.hiddenSize, length * config.hiddenSize);
        const next = choose(await logitsOf(checkpoint, config, row));
        ids[length] = next;
        yield next;
      }
    } finally {
      await runtime.close();
    }
  } finally {
    await checkpoint.close();
  }
}

function signalOf({ signal }: GenerateOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** Hidden states of the window after all blocks, [length, hidden]. */
async function lastBlockOutput(
  shared: Pick<Evaluation, "options" | "config" | "checkpoint" | "runtime" | "scratch">,
  sets: Evaluation["stream"]["sets"],
  batches: Evaluation["stream"]["batches"],
): Promise<Float32Array> {
  const lengths = batches.map(({ tokens }) => tokens * shared.config.hiddenSize);
  const state = await passingState({ variants: { count: 1, lengths }, calibration: { count: 0, lengths: [] } });
  try {
    const stream = { sets, batches, chains: state.variants, count: 1 };
    const meter = new FlopMeter(shared.options, shared.config, stream, { chains: [], batches: [] }, state);
    const tallies = { sizes: [{ bytes: 0, weights: 0 }], unreached: [] };
    await runBlocks({ ...shared, stream, calibration: null, state, tallies, meter });
    return await state.variants.take(0, 0);
  } finally {
    await state.close();
  }
}

/** Final norm and lm_head of one position; sums are float64. */
async function logitsOf(checkpoint: TensorSource, config: ModelConfig, states: Float32Array): Promise<Float32Array> {
  const { norm, head } = outerTensors(config);
  const scale = await readWeights(checkpoint, norm);
  let squares = 0;
  for (const value of states) squares += value * value;
  const factor = 1 / Math.sqrt(squares / states.length + config.normEpsilon);
  const x = Float64Array.from(states, (value, i) => value * factor * scale[i]!);
  const logits = new Float32Array(config.vocabSize);
  for (let first = 0; first < config.vocabSize; first += HEAD_ROWS) {
    const end = Math.min(first + HEAD_ROWS, config.vocabSize);
    const rows = await readWeights(checkpoint, head, [first, end]);
    for (let token = first; token < end; token++) {
      const at = (token - first) * x.length;
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i]! * rows[at + i]!;
      logits[token] = sum;
    }
  }
  return logits;
}

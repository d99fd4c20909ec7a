import { expertFlops, expertSites } from "@sinqbench/models";
import { expertKey } from "./block-graphs.ts";
import type { Dispatch, RoutedRows } from "./dispatch.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { MlpInputs } from "./mlp-inputs.ts";
import type { Weights } from "./read-weights.ts";
import type { Stream } from "./stream.ts";

/**
 * Tokens that run through an expert together. The cut is in the order of the tokens and has nothing to do with batches, so that
 * sums over them do not depend on these.
 */
export const EXPERT_TOKENS = 2048;

/**
 * Fewest rows of a matrix product here. The runtime multiplies a single row in another order of sums: a text's losses would
 * depend, in their last bits, on whether another text's tokens take the same expert.
 */
const LEAST_ROWS = 2;

/** One chain on its way through one routed expert, whose weights are set. */
export interface ExpertRun {
  readonly stream: Stream;
  readonly chain: number;
  readonly inputs: MlpInputs;
  readonly dispatch: Dispatch;
  readonly expert: number;
  readonly note: string;
  /** false: the chain does not get what the expert gives. */
  readonly advance: boolean;
  /** Gets the inputs of the expert's linear layers, as in `DenseRun`. */
  readonly probe?: (inputs: ReadonlyMap<string, Weights>, length: number) => Promise<void>;
}

/** Adds to a chain what an expert gives for its tokens; experts come one after the other, so the order of the sums is fixed. */
export async function runExpert(evaluation: Evaluation, run: ExpertRun): Promise<void> {
  for (const slice of run.dispatch.slices(run.expert, EXPERT_TOKENS)) {
    await runSlice(evaluation, run, slice, true);
  }
}

/**
 * Runs an expert on tokens that are not its own, for the probe: the first `tokens` of the chain's first batch. They are no part of
 * the evaluation, so they do not count as progress.
 */
export async function probeUnreached(
  evaluation: Evaluation,
  run: ExpertRun,
  batch: number,
  tokens: number,
): Promise<void> {
  const rows = Int32Array.from({ length: tokens }, (_, row) => row);
  const slice = { batch, rows, weights: new Float32Array(tokens) };
  await runSlice(evaluation, { ...run, advance: false }, [slice], false);
}

async function runSlice(
  evaluation: Evaluation,
  run: ExpertRun,
  slice: readonly RoutedRows[],
  counted: boolean,
): Promise<void> {
  const { config, scratch } = evaluation;
  const { chains } = run.stream;
  const width = config.hiddenSize;
  const tokens = slice.reduce((sum, { rows }) => sum + rows.length, 0);
  const padded = Math.max(tokens, LEAST_ROWS);
  const x = scratch.take("x", padded * width);
  let row = 0;
  for (const { batch, rows } of slice) {
    await run.inputs.chains.gatherRows(run.inputs.slot, batch, width, rows, x, row);
    row += rows.length;
  }
  x.fill(0, tokens * width);
  const flat = (data: Weights, cols: number) => ({ type: "float32" as const, data, dims: [padded, cols] });
  const fetches: NamedTensors = { y: flat(scratch.take("y", padded * width), width) };
  const inner = config.experts!.intermediateSize;
  if (run.probe) fetches.down_proj_input = flat(scratch.take("down", padded * inner), inner);
  const tensors = await runCounted(
    evaluation,
    "blocks",
    expertKey(run.probe ? "probe" : "plain"),
    { x: flat(x, width) },
    fetches,
    counted ? expertFlops(config, tokens) : 0,
    run.note,
  );
  const data = (name: string) => tensors[name]!.data as Weights;
  if (run.probe) {
    const inputs = { mlp_input: data("x"), down_proj_input: data("down_proj_input") };
    const own = expertSites(config).map(({ output, width }) => {
      return [output, inputs[output as keyof typeof inputs].subarray(0, tokens * width)] as const;
    });
    await run.probe(new Map(own), tokens);
  }
  if (run.advance) {
    row = 0;
    for (const { batch, rows, weights } of slice) {
      await chains.addRows(run.chain, batch, width, rows, data("y"), row, weights);
      row += rows.length;
    }
  }
  for (const [slot, name] of [
    ["x", "x"],
    ["y", "y"],
    ["down", "down_proj_input"],
  ] as const) {
    if (tensors[name]) scratch.giveBack(slot, data(name));
  }
}

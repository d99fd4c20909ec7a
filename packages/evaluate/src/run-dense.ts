import { probeSites, type ropeTables, routeTokens } from "@sinqbench/models";
import { type GraphKind, graphKey } from "./block-graphs.ts";
import type { BlockPart } from "./block-parts.ts";
import { Dispatch } from "./dispatch.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { MlpInputs } from "./mlp-inputs.ts";
import type { Weights } from "./read-weights.ts";
import { batchesOf, type Stream } from "./stream.ts";

export type RopeTables = ReadonlyMap<number, ReturnType<typeof ropeTables>>;

/** One chain on its way through all of a block but its routed experts, whose weights are set. */
export interface DenseRun {
  readonly stream: Stream;
  readonly chain: number;
  readonly ropes: RopeTables;
  readonly part: BlockPart;
  /** Weights that the main thread needs itself, by graph input. */
  readonly correction: Float32Array | undefined;
  /** For a block with experts. */
  readonly inputs: MlpInputs | null;
  readonly note: string;
  /** false: the chain stays at the block's input. */
  readonly advance: boolean;
  /** Gets what the linear layers get, by probe site, [tokens, width]; the buffers are the callee's until it returns. */
  readonly probe?: (inputs: ReadonlyMap<string, Weights>, length: number) => Promise<void>;
}

/**
 * Takes a chain through a block, or through all of it but its routed experts: then what these give is still to be added to
 * the chain, and the result says who takes which.
 */
export async function runDense(evaluation: Evaluation, run: DenseRun): Promise<Dispatch | null> {
  const dispatch = run.part.routed ? new Dispatch(evaluation.config.experts!) : null;
  for (const batch of batchesOf(run.stream, run.chain)) await runBatch(evaluation, run, batch, dispatch);
  return dispatch;
}

async function runBatch(
  evaluation: Evaluation,
  run: DenseRun,
  index: number,
  dispatch: Dispatch | null,
): Promise<void> {
  const { config } = evaluation;
  const { chains, batches } = run.stream;
  const batch = batches[index]!;
  const { tokens, windows, length } = batch;
  const states = await chains.take(run.chain, index);
  const hidden = (data: Weights) => ({ type: "float32" as const, data, dims: [windows, length, config.hiddenSize] });
  const flat = (width: number) => ({
    type: "float32" as const,
    data: chains.borrow(tokens * width),
    dims: [tokens, width],
  });
  const fetches: NamedTensors = {};
  if (run.advance) fetches.hidden_out = hidden(chains.borrow(states.length));
  const sites = run.probe ? probeSites(config, run.part.index) : [];
  for (const { output, width } of sites) fetches[output] = flat(width);
  if (dispatch) {
    fetches.mlp_input ??= flat(config.hiddenSize);
    fetches.router_logits = flat(config.experts!.count);
  }
  const tensors = await runGraph(evaluation, run, run.probe ? "probe" : "plain", index, hidden(states), fetches);
  const data = (name: string) => tensors[name]!.data as Weights;
  if (run.probe) await run.probe(new Map(sites.map(({ output }) => [output as string, data(output)])), length);
  if (dispatch) {
    dispatch.add(index, routeTokens(config.experts!, data("router_logits"), run.correction));
    chains.giveBack(data("router_logits"));
    await run.inputs!.chains.put(run.inputs!.slot, index, data("mlp_input"));
  }
  for (const { output } of sites) if (!dispatch || output !== "mlp_input") chains.giveBack(data(output));
  if (!run.advance) return chains.restore(run.chain, index, data("hidden"));
  chains.giveBack(data("hidden"));
  await chains.put(run.chain, index, data("hidden_out"));
}

async function runGraph(
  evaluation: Evaluation,
  run: DenseRun,
  kind: GraphKind,
  index: number,
  hidden: NamedTensors[string],
  fetches: NamedTensors,
): Promise<NamedTensors> {
  const { config, meter } = evaluation;
  const batch = run.stream.batches[index]!;
  const { windows, length } = batch;
  const { cos, sin } = run.ropes.get(length)!;
  const half = config.rotaryDim / 2;
  return runCounted(
    evaluation,
    "blocks",
    graphKey(kind, run.part, batch),
    {
      hidden,
      cos: { type: "float32", data: cos.slice(), dims: [length, half] },
      sin: { type: "float32", data: sin.slice(), dims: [length, half] },
      last_positions: { type: "int32", data: new Int32Array(windows).fill(length - 1), dims: [windows] },
    },
    fetches,
    meter.dense(batch, run.part.index),
    run.note,
  );
}

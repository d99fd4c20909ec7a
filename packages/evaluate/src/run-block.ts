import { blockGraph, probeSites, type ropeTables } from "@sinqbench/models";
import type { Batch } from "./batches.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import type { Weights } from "./read-weights.ts";
import type { Stream } from "./stream.ts";

export type RopeTables = ReadonlyMap<number, ReturnType<typeof ropeTables>>;

type GraphKind = "block" | "probe";

const graphKey = (kind: GraphKind, { length, windows }: Batch) =>
  `${kind} of ${length} tokens x ${windows === 1 ? "1" : "n"}`;

/** Compiles the block graphs that the batches of a stream need, and those with probes where asked for. */
export async function addBlockGraphs(
  { options, config, runtime }: Evaluation,
  { batches }: Stream,
  kinds: readonly GraphKind[],
): Promise<void> {
  const attention = options.attention ?? "auto";
  for (const kind of kinds) {
    for (const key of new Set(batches.map((batch) => graphKey(kind, batch)))) {
      const { length, windows } = batches.find((candidate) => graphKey(kind, candidate) === key)!;
      const batch = windows === 1 ? 1 : "any";
      await runtime.addGraph(key, blockGraph(config, { length, batch, attention, probes: kind === "probe" }));
    }
  }
}

/** One batch of one chain, and what to write of it to the user. */
export interface BlockRun {
  readonly stream: Stream;
  readonly ropes: RopeTables;
  readonly chain: number;
  readonly batch: number;
  readonly note: string;
}

/** Takes one batch through the block whose weights are set: its chain then holds the block's output. */
export async function runBlock(evaluation: Evaluation, run: BlockRun): Promise<void> {
  const { chains } = run.stream;
  const states = await chains.take(run.chain, run.batch);
  const out = chains.borrow(states.length);
  const tensors = await runGraph(evaluation, run, "block", states, { hidden_out: hiddenTensor(evaluation, run, out) });
  chains.giveBack(tensors.hidden!.data as Weights);
  await chains.put(run.chain, run.batch, tensors.hidden_out!.data as Weights);
}

/**
 * Runs one batch through the block whose weights are set and hands `take` what the linear layers get, by probe site,
 * [tokens, width]; the buffers are the callee's only until it returns. The chain advances only if `advance`.
 */
export async function probeBlock(
  evaluation: Evaluation,
  run: BlockRun & { readonly advance: boolean },
  take: (inputs: ReadonlyMap<string, Weights>) => Promise<void>,
): Promise<void> {
  const { chains, batches } = run.stream;
  const { tokens } = batches[run.batch]!;
  const states = await chains.take(run.chain, run.batch);
  const sites = probeSites(evaluation.config);
  const fetches: NamedTensors = run.advance
    ? { hidden_out: hiddenTensor(evaluation, run, chains.borrow(states.length)) }
    : {};
  for (const { output, width } of sites) {
    fetches[output] = { type: "float32", data: chains.borrow(tokens * width), dims: [tokens, width] };
  }
  const tensors = await runGraph(evaluation, run, "probe", states, fetches);
  const inputs = new Map(sites.map(({ output }) => [output as string, tensors[output]!.data as Weights]));
  await take(inputs);
  for (const buffer of inputs.values()) chains.giveBack(buffer);
  const [kept, spent] = run.advance ? [tensors.hidden_out!, tensors.hidden!] : [tensors.hidden!, null];
  if (spent) chains.giveBack(spent.data as Weights);
  await chains.put(run.chain, run.batch, kept.data as Weights);
}

function hiddenTensor({ config }: Evaluation, { stream, batch }: BlockRun, data: Weights) {
  const { windows, length } = stream.batches[batch]!;
  return { type: "float32" as const, data, dims: [windows, length, config.hiddenSize] };
}

async function runGraph(
  evaluation: Evaluation,
  run: BlockRun,
  kind: GraphKind,
  states: Weights,
  fetches: NamedTensors,
): Promise<NamedTensors> {
  const { config, meter } = evaluation;
  const batch = run.stream.batches[run.batch]!;
  const { windows, length } = batch;
  const { cos, sin } = run.ropes.get(length)!;
  const half = config.headDim / 2;
  return runCounted(
    evaluation,
    "blocks",
    graphKey(kind, batch),
    {
      hidden: hiddenTensor(evaluation, run, states),
      cos: { type: "float32", data: cos.slice(), dims: [length, half] },
      sin: { type: "float32", data: sin.slice(), dims: [length, half] },
      last_positions: { type: "int32", data: new Int32Array(windows).fill(length - 1), dims: [windows] },
    },
    fetches,
    meter.block(batch),
    run.note,
  );
}

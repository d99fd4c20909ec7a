import { GraphBuilder } from "@sinqbench/onnx";
import type { ActivationCollector } from "@sinqbench/quantizer";
import { productFlops } from "./calibration-plan.ts";
import { type Evaluation, runCounted } from "./evaluation.ts";
import type { Weights } from "./read-weights.ts";

const PRODUCT_GRAPH = "second moments";

/** Compiles what `addSecondMoments` runs. */
export async function addSecondMomentGraph({ runtime }: Evaluation): Promise<void> {
  await runtime.addGraph(PRODUCT_GRAPH, productGraph());
}

/**
 * Adds x^T x of `x` [tokens, width] to a collector, `length` tokens at a time, so that the float32 sums inside a product do not
 * depend on the size of batches.
 *
 * @param counted whether they are part of the progress
 */
export async function addSecondMoments(
  evaluation: Evaluation,
  collector: ActivationCollector,
  x: Weights,
  { width, length, note, counted }: { width: number; length: number; note: string; counted: boolean },
): Promise<void> {
  const { scratch } = evaluation;
  const size = length * width;
  let product = scratch.take("product", width * width);
  for (let at = 0; at < x.length; at += size) {
    const window = scratch.take("window", size);
    window.set(x.subarray(at, at + size));
    const tensors = await runCounted(
      evaluation,
      "blocks",
      PRODUCT_GRAPH,
      { x: { type: "float32", data: window, dims: [length, width] } },
      { product: { type: "float32", data: product, dims: [width, width] } },
      counted ? productFlops(length, width) : 0,
      note,
    );
    product = tensors.product!.data as Weights;
    collector.secondMoment!.addProduct(product);
    scratch.giveBack("window", tensors.x!.data as Weights);
  }
  scratch.giveBack("product", product);
}

/** x^T x: `x` [tokens, width] -> `product` [width, width]. */
function productGraph(): Uint8Array {
  const graph = new GraphBuilder("second_moments");
  const x = graph.input("x", "float32", ["tokens", "width"]);
  graph.output("product", graph.op("Gemm", [x, x], { transA: 1 }), "float32", ["width", "width"]);
  return graph.build();
}

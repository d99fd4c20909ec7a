import { GraphBuilder } from "@sinqbench/onnx";
import { GraphRuntime } from "./graph-runtime.ts";

/** Sizes of the product: large enough that nothing but arithmetic counts, small enough to repeat. */
const SIZE = 2048;

/**
 * The machine's own rate of float32 matrix products (FLOP/s), through the same runtime, threads and settings as an
 * evaluation: the yardstick that an evaluation's speed is a share of. Best of `repeats`.
 */
async function gemmRate(runtime: GraphRuntime, repeats: number): Promise<number> {
  const graph = new GraphBuilder("gemm");
  const dims = [SIZE, SIZE];
  const a = graph.input("a", "float32", dims);
  const b = graph.input("b", "float32", dims);
  graph.output("c", graph.op("Gemm", [a, b], { transB: 1 }), "float32", dims);
  await runtime.addGraph("gemm", graph.build());
  const filled = () => Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i * 2654435761) % 1024) / 512 - 1);
  let tensors = {
    a: { type: "float32" as const, data: filled(), dims },
    b: { type: "float32" as const, data: filled(), dims },
    c: { type: "float32" as const, data: new Float32Array(SIZE * SIZE), dims },
  };
  let best = Infinity;
  for (let i = 0; i < repeats; i++) {
    const { a, b, c } = tensors;
    const reply = await runtime.run("gemm", { a, b }, { c });
    tensors = reply.tensors as typeof tensors;
    best = Math.min(best, reply.seconds);
  }
  return (2 * SIZE ** 3) / best;
}

/** `gemmRate` in a runtime of its own. */
export async function measureGemmRate(threads: number, repeats = 12): Promise<number> {
  const runtime = GraphRuntime.start({ threads });
  try {
    return await gemmRate(runtime, repeats);
  } finally {
    await runtime.close();
  }
}

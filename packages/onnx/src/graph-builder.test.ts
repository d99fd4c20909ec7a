import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { GraphBuilder } from "./graph-builder.ts";

async function run(graph: GraphBuilder, feeds: Record<string, Tensor>): Promise<number[]> {
  const session = await InferenceSession.create(graph.build());
  const results = await session.run(feeds);
  return Array.from(results.y!.data as Float32Array);
}

test("integer attributes, an absent optional input and named dimensions", async () => {
  const graph = new GraphBuilder("gemm");
  const a = graph.input("a", "float32", ["rows", 2]);
  const b = graph.input("b", "float32", [3, 2]);
  graph.output("y", graph.op("Gemm", [a, b, null], { transB: 1 }), "float32", ["rows", 3]);
  const y = await run(graph, {
    a: new Tensor("float32", [1, 2], [1, 2]),
    b: new Tensor("float32", [1, 0, 0, 1, 10, 100], [3, 2]),
  });
  expect(y).toEqual([1, 2, 210]);
});

test("float, string and list attributes", async () => {
  const graph = new GraphBuilder("attributes");
  const x = graph.input("x", "float32", [2, 2]);
  const leaky = graph.op("LeakyRelu", [x], { alpha: { float: 0.5 } });
  const turned = graph.op("Transpose", [leaky], { perm: [1, 0] });
  const table = graph.op("Einsum", [turned], { equation: "ij->i" });
  graph.output("y", table, "float32", [2]);
  expect(await run(graph, { x: new Tensor("float32", [-2, 4, 6, -8], [2, 2]) })).toEqual([5, 0]);
});

test("constants of every type, several outputs and the runtime's own operators", async () => {
  const graph = new GraphBuilder("constants");
  const x = graph.input("x", "float32", [4]);
  const sliced = graph.op("Slice", [x, graph.int64(1), graph.int64(3), graph.int64(0)]);
  const scaled = graph.op("Mul", [sliced, graph.float32([], Float32Array.of(3))]);
  const index = graph.op("Cast", [graph.int32Scalar(-2)], { to: 1 });
  const [silu] = graph.contrib("QuickGelu", [graph.op("Add", [scaled, index])], { alpha: { float: 0 } });
  graph.output("y", silu!, "float32", [2]);
  // x * sigmoid(0 x) = x / 2
  expect(await run(graph, { x: new Tensor("float32", [9, 2, 4, 9], [4]) })).toEqual([2, 5]);
});

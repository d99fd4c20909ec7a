import { ProtoWriter } from "./protobuf.ts";

/** Element types of graph inputs, outputs and constants, with their ONNX numbers. */
const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7 } as const;
/** Element type of a tensor in a graph. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A dimension: a fixed size, or a name for one that is known only when the graph runs. */
export type Dimension = number | string;

/** Attribute of a node: a plain number is an integer. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Name of a value that flows through a graph; made by the builder, so that a typing slip does not compile. */
export type Value = string & { readonly __value: unique symbol };

const ONNX_IR_VERSION = 10;
/** RMSNormalization, RotaryEmbedding and Attention entered ONNX with this opset. */
const ONNX_OPSET = 23;
/** GroupQueryAttention and other operators of the runtime itself. */
const RUNTIME_DOMAIN = "com.microsoft";

/** Writes an ONNX graph node by node; weights are ordinary inputs, so one graph serves every block of its kind. */
export class GraphBuilder {
  private readonly graph = new ProtoWriter();
  private readonly inputs: ProtoWriter[] = [];
  private readonly outputs: ProtoWriter[] = [];
  private nextId = 0;

  constructor(private readonly name: string) {}

  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push(valueInfo(name, type, shape));
    return name as Value;
  }

  /** Gives a value out under a name. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.graph.message(1, nodeProto("Identity", [value], [name], {}, ""));
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** Adds a node of the ONNX operator set with one output. A missing optional input is `null`. */
  op(type: string, inputs: readonly (Value | null)[], attributes: Record<string, Attribute> = {}): Value {
    return this.node(type, inputs, attributes, "", 1)[0]!;
  }

  /** Adds a node of the runtime's own operators (com.microsoft). */
  contrib(type: string, inputs: readonly (Value | null)[], attributes: Record<string, Attribute> = {}, outputs = 1) {
    return this.node(type, inputs, attributes, RUNTIME_DOMAIN, outputs);
  }

  /** A constant list of integers: shapes, axes, bounds. */
  int64(...values: number[]): Value {
    return this.constant(ELEMENT_TYPES.int64, [values.length], new BigInt64Array(values.map(BigInt)));
  }

  /** A constant without dimensions. */
  int32Scalar(value: number): Value {
    return this.constant(ELEMENT_TYPES.int32, [], Int32Array.of(value));
  }

  /** A constant tensor, stored in the graph. */
  float32(shape: readonly number[], values: Float32Array): Value {
    return this.constant(ELEMENT_TYPES.float32, shape, values);
  }

  /** The serialized ModelProto. */
  build(): Uint8Array {
    this.graph.string(2, this.name);
    for (const input of this.inputs) this.graph.message(11, input);
    for (const output of this.outputs) this.graph.message(12, output);
    return new ProtoWriter()
      .int(1, ONNX_IR_VERSION)
      .string(2, "sinqbench")
      .message(7, this.graph)
      .message(8, new ProtoWriter().string(1, "").int(2, ONNX_OPSET))
      .message(8, new ProtoWriter().string(1, RUNTIME_DOMAIN).int(2, 1))
      .finish();
  }

  private node(
    type: string,
    inputs: readonly (Value | null)[],
    attributes: Record<string, Attribute>,
    domain: string,
    count: number,
  ): Value[] {
    const outputs = Array.from({ length: count }, () => `${type}_${this.nextId++}` as Value);
    this.graph.message(
      1,
      nodeProto(
        type,
        inputs.map((i) => i ?? ""),
        outputs,
        attributes,
        domain,
      ),
    );
    return outputs;
  }

  private constant(type: number, shape: readonly number[], data: ArrayBufferView): Value {
    const name = `constant_${this.nextId++}` as Value;
    const tensor = new ProtoWriter();
    for (const size of shape) tensor.int(1, size);
    tensor
      .int(2, type)
      .string(8, name)
      .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.graph.message(5, tensor);
    return name;
  }
}

function nodeProto(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, Attribute>,
  domain: string,
): ProtoWriter {
  const node = new ProtoWriter();
  for (const input of inputs) node.string(1, input);
  for (const output of outputs) node.string(2, output);
  node.string(4, type);
  for (const [name, value] of Object.entries(attributes)) node.message(5, attributeProto(name, value));
  if (domain) node.string(7, domain);
  return node;
}

/** Plain numbers are integers, as nearly all attributes are; a float says so. */
function attributeProto(name: string, value: Attribute): ProtoWriter {
  const attribute = new ProtoWriter().string(1, name);
  if (typeof value === "number") return attribute.int(3, value).int(20, 2);
  if (typeof value === "string") return attribute.string(4, value).int(20, 3);
  if ("float" in value) return attribute.float(2, value.float).int(20, 1);
  for (const item of value) attribute.int(8, item);
  return attribute.int(20, 7);
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ProtoWriter {
  const dimensions = new ProtoWriter();
  for (const size of shape) {
    const dimension = new ProtoWriter();
    dimensions.message(1, typeof size === "number" ? dimension.int(1, size) : dimension.string(2, size));
  }
  const tensor = new ProtoWriter().int(1, ELEMENT_TYPES[type]).message(2, dimensions);
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensor));
}

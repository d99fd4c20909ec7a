export { type Attribute, type Dimension, type ElementType, GraphBuilder, type Value } from "./graph-builder.ts";
export { ProtoWriter } from "./protobuf.ts";

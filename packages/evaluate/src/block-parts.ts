import {
  type BlockTensor,
  denseTensors,
  expertCount,
  expertTensors,
  hasExperts,
  type ModelConfig,
} from "@sinqbench/models";

/** What is read, quantized and run at once: a block without its routed experts, or one of these. */
export interface BlockPart {
  /** Of the block. */
  readonly index: number;
  /** null: all of the block but its routed experts. */
  readonly expert: number | null;
  /** Whether the block has routed experts. */
  readonly routed: boolean;
  readonly tensors: readonly BlockTensor[];
  /** For progress: "block 3/48", "block 3/48 expert 17/128". */
  readonly note: string;
}

/** The parts of a block in the order they run: the experts' tokens are known when the rest has run. */
export function blockParts(config: ModelConfig, index: number): BlockPart[] {
  const routed = hasExperts(config, index);
  const experts = expertCount(config, index);
  const note = `block ${index + 1}/${config.layers}`;
  return [
    { index, expert: null, routed, tensors: denseTensors(config, index), note },
    ...Array.from({ length: experts }, (_, expert) => ({
      index,
      expert,
      routed,
      tensors: expertTensors(config, index, expert),
      note: `${note} expert ${expert + 1}/${experts}`,
    })),
  ];
}

import { codebooks } from "@sinqbench/quantizer";
import { blockwise } from "./blockwise.ts";

/** NF4 as bitsandbytes has it: the level nearest to w / max|w| of its block. */
export const nf4 = blockwise(
  {
    id: "nf4",
    label: "NF4 (BnB)",
    formula: "W ~ s * NF4[Q], s = max |W| of 64 weights in a row of the flattened matrix",
    source: "bitsandbytes, quantize_4bit with quant_type nf4; QLoRA, arXiv 2305.14314",
    bits: [4],
    bitsNote: "its codebook has 16 levels",
    tilings: ["1d", "2d"],
    grouping: "flat",
  },
  codebooks.nf4,
);

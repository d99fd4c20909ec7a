import type { ProductTimeExperiment } from "@sinqbench/report";

/** What the second scale costs at inference, for `exp table5`. */
export const table5: ProductTimeExperiment = {
  id: "table5",
  title: "Table 5: what the second scale costs in a product",
  about: `\
Time of y = (x t) [s (q - z)]^T for 4-bit codes, with the second scale t and without, as an inference engine would compute it: codes
become weights in registers, and t multiplies the inputs once. Products with and without alternate, and every one has another
matrix, so that codes come from memory.

Milliseconds alone mislead: the paper's are of a GPU, and on a processor a single product varies by more than t costs. Look at the
paired overhead with its interval; where that holds 0, nothing was measurable.`,
  paperTable: "5",
  groupSize: 64,
  widths: [1024, 2048, 4096],
  tokens: [1, 64],
};

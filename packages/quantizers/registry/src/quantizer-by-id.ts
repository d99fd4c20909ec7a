import type { Quantizer } from "@sinqbench/quantizer";
import { closestName } from "@sinqbench/tensor";
import { methodNotAvailable, unknownMethod } from "./messages.ts";
import { quantizers } from "./quantizers.ts";

/** Methods with numbers in the paper, or in the published code, that are not in `quantizers`. */
const publishedIds = ["bnb-nf4", "bnb-fp4", "higgs"] as const;

/**
 * The method of that id, as the command line and CSV files spell it.
 *
 * @throws BenchError `method-not-available` (a published method that is not implemented), `unknown-method` (anything else)
 */
export function quantizerById(id: string): Quantizer {
  const found = quantizers.find((quantizer) => quantizer.info.id === id);
  if (found) return found;
  const known = quantizers.map((quantizer) => quantizer.info.id);
  if (publishedIds.some((published) => published === id)) throw methodNotAvailable(id, known);
  throw unknownMethod(id, known, closestName(id, known));
}

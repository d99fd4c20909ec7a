import type { Quantizer } from "@sinqbench/quantizer";
import { rtn, rtnSym } from "@sinqbench/rtn";
import { sinq, sinqNf3, sinqNf4, sinqSym } from "@sinqbench/sinq";

/** Every method, in the order of the paper's tables. A new one is its import above and its line here. */
export const quantizers = [rtn, rtnSym, sinq, sinqSym, sinqNf4, sinqNf3] as const satisfies readonly Quantizer[];

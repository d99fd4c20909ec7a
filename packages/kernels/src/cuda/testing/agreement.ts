import type { Check } from "./each-way.ts";
import { otherChecks } from "./other-checks.ts";
import { productChecks } from "./product-checks.ts";
import { roundChecks } from "./round-checks.ts";
import { sinkhornChecks } from "./sinkhorn-checks.ts";
import { typeChecks } from "./type-checks.ts";

/** What a CUDA library must do, on a GPU or in the emulation. */
export const agreementChecks: readonly Check[] = [
  ...roundChecks,
  ...sinkhornChecks,
  ...otherChecks,
  ...typeChecks,
  ...productChecks,
];

import type { AwqColumnOptions } from "./awq-column.ts";
import { invalidAwqOption } from "./messages.ts";

/** @throws BenchError `invalid-awq-option` */
export function checkAwqOptions({ weightTerm, norm }: AwqColumnOptions): void {
  if (typeof weightTerm !== "boolean") throw invalidAwqOption("weightTerm", weightTerm, "true or false");
  if (norm !== "l1" && norm !== "l2") throw invalidAwqOption("norm", norm, "l1 or l2");
}

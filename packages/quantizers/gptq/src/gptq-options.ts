import { invalidGptqOption } from "./messages.ts";

/** Settings of GPTQ. */
export interface GptqOptions {
  /** Round columns of large second moment first, and group them in that order (`--act-order`). */
  readonly actOrder: boolean;
  /** Columns whose errors are spread over the rest together (`blocksize`). */
  readonly block: number;
  /** Share of the mean second moment that is added to each (`--percdamp`). */
  readonly damping: number;
}

/** @throws BenchError `invalid-gptq-option` */
export function checkGptqOptions({ actOrder, block, damping }: GptqOptions): void {
  if (typeof actOrder !== "boolean") throw invalidGptqOption("actOrder", actOrder, "true or false");
  if (!Number.isSafeInteger(block) || block < 1) {
    throw invalidGptqOption("block", block, "a whole number of at least 1");
  }
  if (!(damping > 0 && damping <= 1)) throw invalidGptqOption("damping", damping, "a share above 0 and at most 1");
}

import type { NamedTensors } from "./graph-protocol.ts";
import type { Weights } from "./read-weights.ts";

/** Buffers for the weights that the runtime gets, used again for every variant of a part. */
export class WeightBuffers {
  private spare: NamedTensors = {};

  take(input: string, length: number): Weights {
    const known = this.spare[input]?.data as Weights | undefined;
    delete this.spare[input];
    return known?.length === length ? known : new Float32Array(length);
  }

  /** Takes back what the runtime released. */
  giveBack(tensors: NamedTensors): void {
    this.spare = tensors;
  }

  /** Lets go of all: the next part is of another kind. */
  clear(): void {
    this.spare = {};
  }
}

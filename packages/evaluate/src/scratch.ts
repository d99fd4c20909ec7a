import type { Weights } from "./read-weights.ts";

/** Buffers of changing length under a name, cut from one allocation that grows and stays. */
export class Scratch {
  private readonly buffers = new Map<string, ArrayBuffer>();

  /** `length` floats whose values are whatever was there. They leave until they are given back. */
  take(name: string, length: number): Weights {
    const known = this.buffers.get(name);
    this.buffers.delete(name);
    const fits = known !== undefined && known.byteLength >= length * 4;
    return new Float32Array(fits ? known : new ArrayBuffer(length * 4), 0, length);
  }

  giveBack(name: string, values: Weights): void {
    this.buffers.set(name, values.buffer);
  }
}

import { BufferPool } from "./buffer-pool.ts";
import type { Chains } from "./chains.ts";

/** Chains that fit into memory. */
export class MemoryChains extends BufferPool implements Chains {
  private readonly states = new Map<string, Float32Array<ArrayBuffer>>();

  async take(chain: number, batch: number): Promise<Float32Array<ArrayBuffer>> {
    const key = `${chain}/${batch}`;
    const states = this.states.get(key)!;
    this.states.delete(key);
    return states;
  }

  async put(chain: number, batch: number, states: Float32Array<ArrayBuffer>): Promise<void> {
    this.states.set(`${chain}/${batch}`, states);
  }

  async restore(chain: number, batch: number, states: Float32Array<ArrayBuffer>): Promise<void> {
    this.states.set(`${chain}/${batch}`, states);
  }

  async gatherRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    out: Float32Array,
    outRow: number,
  ): Promise<void> {
    const states = this.states.get(`${chain}/${batch}`)!;
    rows.forEach((row, i) => {
      out.set(states.subarray(row * width, (row + 1) * width), (outRow + i) * width);
    });
  }

  async addRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    values: Float32Array,
    valueRow: number,
    weights: Float32Array,
  ): Promise<void> {
    const states = this.states.get(`${chain}/${batch}`)!;
    rows.forEach((row, i) => {
      addRow(states, row * width, values, (valueRow + i) * width, width, weights[i]!);
    });
  }

  endUnit(): void {}

  async close(): Promise<void> {
    this.states.clear();
  }
}

/** target[at + j] += weight * values[from + j], each sum rounded to float32 once. */
export function addRow(
  target: Float32Array,
  at: number,
  values: Float32Array,
  from: number,
  width: number,
  weight: number,
): void {
  for (let j = 0; j < width; j++) target[at + j]! += weight * values[from + j]!;
}

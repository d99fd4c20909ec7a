import type { Batch } from "./batches.ts";
import type { WindowSet } from "./types.ts";

/**
 * Loss of every token while lm_head goes by in slices of rows: the log-sum-exp over all slices so far (float64) and the
 * target's logit. A position predicts the next token of its window; the last one predicts nothing.
 */
export class Losses {
  private readonly logSumExp: Float64Array[];
  private readonly targetLogit: Float32Array[];

  constructor(private readonly sets: readonly WindowSet[]) {
    this.logSumExp = sets.map((set) => new Float64Array(set.ids.length).fill(-Infinity));
    this.targetLogit = sets.map((set) => new Float32Array(set.ids.length));
  }

  /** Adds what the head graph gave for one batch and the rows [firstRow, endRow): see `headGraph`. */
  add(batch: Batch, logit: Float32Array, logShare: Float32Array, firstRow: number, endRow: number): void {
    const set = this.sets[batch.set]!;
    const sums = this.logSumExp[batch.set]!;
    const logits = this.targetLogit[batch.set]!;
    const start = batch.firstWindow * batch.length;
    for (let token = 0; token < batch.tokens; token++) {
      const at = start + token;
      sums[at] = logAddExp(sums[at]!, logit[token]! - logShare[token]!);
      const target = targetOf(set, at);
      if (target >= firstRow && target < endRow) logits[at] = logit[token]!;
    }
  }

  /** The sums so far as bytes, for `load`. */
  save(): Uint8Array[] {
    return [...this.logSumExp, ...this.targetLogit].map(bytesOf);
  }

  /** Takes up what `save` gave; returns the bytes that it took. */
  load(saved: Uint8Array): number {
    let at = 0;
    for (const values of [...this.logSumExp, ...this.targetLogit]) {
      const bytes = bytesOf(values);
      bytes.set(saved.subarray(at, at + bytes.length));
      at += bytes.length;
    }
    return at;
  }

  /** Losses in nats, float32 [windows, length - 1] per set. */
  finish(): Float32Array[] {
    return this.sets.map((set, index) => {
      const predictions = set.length - 1;
      const nll = new Float32Array(set.count * predictions);
      for (let window = 0; window < set.count; window++) {
        for (let i = 0; i < predictions; i++) {
          const at = window * set.length + i;
          nll[window * predictions + i] = this.logSumExp[index]![at]! - this.targetLogit[index]![at]!;
        }
      }
      return nll;
    });
  }
}

/** Column of the slice that the head graph reads for each token: the target's, or the first where it lies elsewhere. */
export function targetColumns(
  set: WindowSet,
  batch: Batch,
  firstRow: number,
  endRow: number,
): BigInt64Array<ArrayBuffer> {
  const start = batch.firstWindow * batch.length;
  return BigInt64Array.from({ length: batch.tokens }, (_, token) => {
    const target = targetOf(set, start + token);
    return target >= firstRow && target < endRow ? BigInt(target - firstRow) : 0n;
  });
}

/** Next token within the window, or -1 for its last position. */
function targetOf(set: WindowSet, at: number): number {
  return at % set.length === set.length - 1 ? -1 : set.ids[at + 1]!;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function logAddExp(a: number, b: number): number {
  if (a === -Infinity) return b;
  const [high, low] = a > b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}

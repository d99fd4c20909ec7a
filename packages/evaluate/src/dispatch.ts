import type { ExpertsConfig, Routing } from "@sinqbench/models";

/** Tokens of one batch that an expert takes, and how much of its output each gets. */
export interface RoutedRows {
  readonly batch: number;
  readonly rows: Int32Array;
  readonly weights: Float32Array;
}

/** The tokens of one batch by expert: those of expert e are at [starts[e], starts[e + 1]). */
interface RoutedBatch extends RoutedRows {
  readonly starts: Int32Array;
}

/**
 * Who takes which expert, for all tokens of one chain in one block. An expert's tokens come in the order of the chain's
 * windows, however these were cut into batches.
 */
export class Dispatch {
  private readonly batches: RoutedBatch[] = [];

  constructor(private readonly experts: ExpertsConfig) {}

  /** Adds the tokens of a batch; batches come in order. */
  add(batch: number, { experts, weights }: Routing): void {
    const { count, routing } = this.experts;
    const starts = new Int32Array(count + 1);
    for (const expert of experts) starts[expert + 1]!++;
    for (let expert = 0; expert < count; expert++) starts[expert + 1]! += starts[expert]!;
    const next = starts.slice();
    const rows = new Int32Array(experts.length);
    const sorted = new Float32Array(experts.length);
    for (let i = 0; i < experts.length; i++) {
      const at = next[experts[i]!]!++;
      rows[at] = Math.floor(i / routing.perToken);
      sorted[at] = weights[i]!;
    }
    this.batches.push({ batch, rows, weights: sorted, starts });
  }

  /** Number of tokens of an expert. */
  tokens(expert: number): number {
    return this.batches.reduce((sum, { starts }) => sum + starts[expert + 1]! - starts[expert]!, 0);
  }

  /** The tokens of an expert, at most `size` at a time: only the last time are there fewer. */
  *slices(expert: number, size: number): Generator<RoutedRows[]> {
    let slice: RoutedRows[] = [];
    let room = size;
    for (const { batch, rows, weights, starts } of this.batches) {
      const last = starts[expert + 1]!;
      for (let start = starts[expert]!; start < last; ) {
        const end = Math.min(start + room, last);
        slice.push({ batch, rows: rows.subarray(start, end), weights: weights.subarray(start, end) });
        room -= end - start;
        start = end;
        if (room > 0) continue;
        yield slice;
        slice = [];
        room = size;
      }
    }
    if (slice.length > 0) yield slice;
  }
}

import type { Matrix } from "@sinqbench/tensor";
import { nonFiniteActivation } from "../messages.ts";
import type { LayerStatistics, StatisticsNeeds } from "../types.ts";
import { samplePositions } from "./sample-positions.ts";
import { SecondMoment } from "./second-moment.ts";

interface RowSample {
  readonly rows: Matrix;
  readonly positions: readonly number[];
  taken: number;
}

/**
 * Collects what several quantizers need of one layer's inputs while they go by, token by token in their order, so that the
 * result does not depend on how they were cut into batches. Sums are float64.
 */
export class ActivationCollector {
  private readonly sumAbs: Float64Array | null;
  private readonly sum: Float64Array | null;
  private readonly sumSquares: Float64Array | null;
  private readonly samples = new Map<number, RowSample>();
  /** Collected here by `add`, unless the caller adds products that it computed faster. */
  readonly secondMoment: SecondMoment | null;
  private seen = 0;

  /** @param tokens how many will come in all: the spacing of sample rows follows from it */
  constructor(
    private readonly width: number,
    private readonly tokens: number,
    needs: readonly StatisticsNeeds[],
  ) {
    const sums = (wanted: boolean) => (wanted ? new Float64Array(width) : null);
    this.sumAbs = sums(needs.some((need) => need.meanAbs));
    this.sum = sums(needs.some((need) => need.std));
    this.sumSquares = sums(needs.some((need) => need.std));
    this.secondMoment = needs.some((need) => need.secondMoment) ? new SecondMoment(width) : null;
    for (const { rows: count } of needs) {
      if (count === undefined || this.samples.has(count)) continue;
      const positions = samplePositions(tokens, count);
      const rows = { rows: positions.length, cols: width, data: new Float32Array(positions.length * width) };
      this.samples.set(count, { rows, positions, taken: 0 });
    }
  }

  /**
   * Adds the inputs of the next tokens, float32 [n, width]; second moments are the caller's to add.
   *
   * @throws BenchError `non-finite-activation`
   */
  add(x: Float32Array): void {
    this.checkFinite(x);
    if (this.sumAbs) this.addAbs(x, this.sumAbs);
    if (this.sum && this.sumSquares) this.addSquares(x, this.sum, this.sumSquares);
    const end = this.seen + x.length / this.width;
    for (const sample of this.samples.values()) this.take(x, end, sample);
    this.seen = end;
  }

  /** What one quantizer asked for; call it once all tokens are in. */
  statistics({ meanAbs, std, rows, secondMoment }: StatisticsNeeds): LayerStatistics {
    const n = this.tokens;
    return {
      tokens: n,
      ...(meanAbs && { meanAbs: Float32Array.from(this.sumAbs!, (sum) => sum / n) }),
      ...(std && { std: Float32Array.from(this.sum!, (sum, j) => deviation(sum, this.sumSquares![j], n)) }),
      ...(rows !== undefined && { rows: this.samples.get(rows)!.rows }),
      ...(secondMoment && { secondMoment: this.secondMoment!.mean(n) }),
    };
  }

  private checkFinite(x: Float32Array): void {
    // x - x is 0 for every finite x and NaN otherwise: one sum tells whether a search is due.
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += x[i] - x[i];
    if (sum === 0) return;
    const bad = x.findIndex((value) => !Number.isFinite(value));
    throw nonFiniteActivation(this.seen + Math.floor(bad / this.width), bad % this.width, x[bad]);
  }

  private addAbs(x: Float32Array, sums: Float64Array): void {
    for (let at = 0; at < x.length; at += this.width) {
      for (let j = 0; j < this.width; j++) sums[j] += Math.abs(x[at + j]);
    }
  }

  private addSquares(x: Float32Array, sums: Float64Array, squares: Float64Array): void {
    for (let at = 0; at < x.length; at += this.width) {
      for (let j = 0; j < this.width; j++) {
        sums[j] += x[at + j];
        squares[j] += x[at + j] * x[at + j];
      }
    }
  }

  private take(x: Float32Array, end: number, sample: RowSample): void {
    const { rows, positions } = sample;
    for (; sample.taken < positions.length && positions[sample.taken] < end; sample.taken++) {
      const from = (positions[sample.taken] - this.seen) * this.width;
      rows.data.set(x.subarray(from, from + this.width), sample.taken * this.width);
    }
  }
}

function deviation(sum: number, squares: number, n: number): number {
  return n < 2 ? 0 : Math.sqrt(Math.max(squares - (sum * sum) / n, 0) / (n - 1));
}

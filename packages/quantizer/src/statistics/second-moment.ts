import type { Matrix } from "@sinqbench/tensor";

/** Sum over tokens of x^T x, float64 [width, width]. */
export class SecondMoment {
  private readonly sum: Float64Array;

  constructor(private readonly width: number) {
    this.sum = new Float64Array(width * width);
  }

  /** Adds x^T x of some tokens, computed elsewhere: float32 [width, width]. */
  addProduct(product: Float32Array): void {
    for (let i = 0; i < product.length; i++) this.sum[i] += product[i];
  }

  /** Adds x^T x of some tokens, x float32 [n, width]: exact to float64, for matrices of a few thousand columns at most. */
  addRows(x: Float32Array): void {
    const { width, sum } = this;
    for (let at = 0; at < x.length; at += width) {
      for (let i = 0; i < width; i++) {
        const left = x[at + i];
        for (let j = 0; j < width; j++) sum[i * width + j] += left * x[at + j];
      }
    }
  }

  /** Mean over `tokens`, float32 [width, width]. */
  mean(tokens: number): Matrix {
    return { rows: this.width, cols: this.width, data: Float32Array.from(this.sum, (value) => value / tokens) };
  }
}

import { quantity } from "../terminal/quantity.ts";

/** What a quantization came to, summed over its tensors. */
export class Tally {
  #tensors = 0;
  #weights = 0;
  #storedBytes = 0;
  #squaredError = 0;
  #squaredWeight = 0;

  /** Adds one matrix; sums are float64 over the values as they come. */
  add(weight: Float32Array, decoded: Float32Array, storedBytes: number): void {
    this.#tensors += 1;
    this.#weights += weight.length;
    this.#storedBytes += storedBytes;
    let error = 0;
    let square = 0;
    for (let i = 0; i < weight.length; i++) {
      const difference = decoded[i] - weight[i];
      error += difference * difference;
      square += weight[i] * weight[i];
    }
    this.#squaredError += error;
    this.#squaredWeight += square;
  }

  get tensors(): number {
    return this.#tensors;
  }

  /** Stored bits (codes, scales, zeros, second scales) per quantized weight. */
  get bitsPerWeight(): number {
    return (8 * this.#storedBytes) / this.#weights;
  }

  /** Frobenius norm of the error over that of the weights; 0 where both vanish. */
  get relativeError(): number {
    return this.#squaredError === 0 ? 0 : Math.sqrt(this.#squaredError / this.#squaredWeight);
  }

  /** What a packed file takes beside the values: the names, shapes and descriptions of all its tensors. */
  headerLine(bytes: number): string {
    return `${((8 * bytes) / this.#weights).toFixed(4)} more for names and descriptions (${bytes} bytes of headers)`;
  }

  lines(): string[] {
    return [
      `${this.#tensors} tensor${this.#tensors === 1 ? "" : "s"}, ${quantity(this.#weights)} weights quantized`,
      `${this.bitsPerWeight.toFixed(4)} stored bits per weight`,
      `${this.relativeError.toExponential(4)} relative error (Frobenius)`,
    ];
  }
}

/** Mean loss of every window, float64. `nll` is [windows, predictions]. */
function windowMeans(nll: Float32Array, predictions: number): Float64Array {
  const means = new Float64Array(nll.length / predictions);
  for (let window = 0; window < means.length; window++) {
    let sum = 0;
    for (let i = window * predictions; i < (window + 1) * predictions; i++) sum += nll[i]!;
    means[window] = sum / predictions;
  }
  return means;
}

/** Mean, and its standard error over windows (null for one window: its spread is unknown). */
function meanAndError(values: Float64Array): { mean: number; se: number | null } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, se: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / (n - 1) / n) };
}

/**
 * Perplexity = exp(mean loss) and its standard error. Tokens of a window are not independent, so the error comes from
 * the spread of window means, carried through exp by the delta method.
 *
 * @param nll losses in nats, float32 [windows, predictions]
 */
export function perplexity(nll: Float32Array, predictions: number): { perplexity: number; se: number | null } {
  const { mean, se } = meanAndError(windowMeans(nll, predictions));
  const value = Math.exp(mean);
  return { perplexity: value, se: se === null ? null : value * se };
}

/**
 * Mean difference of the loss to a baseline on the same windows, in nats, with its standard error. Paired, it is far
 * sharper than the difference of two perplexities, whose errors are mostly the text's.
 */
export function pairedDelta(
  nll: Float32Array,
  baseline: Float32Array,
  predictions: number,
): { delta: number; se: number | null } {
  const ours = windowMeans(nll, predictions);
  const theirs = windowMeans(baseline, predictions);
  const { mean, se } = meanAndError(ours.map((value, window) => value - theirs[window]!));
  return { delta: mean, se };
}
